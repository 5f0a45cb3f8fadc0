def late(reader):
    return [row for row in reader]
