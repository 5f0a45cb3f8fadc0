def text(name):
    a = """one
two
    three
        four"""
    b = f"""
    {name
     + "x"}
"""
    c = ("a"
  "b")
    d = 'x\
y'
    return """
end""" + a
