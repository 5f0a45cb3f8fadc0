"""Uncaught, with a note, suggestions and text beyond ASCII: naïve 中文 🎉."""


class Größe:
    länge = 1


def suggest(größe):
    try:
        größe.lange
    except AttributeError as error:
        error.add_note("vielleicht → länge 🎉")
        raise


def main(中=Größe()):
    日本 = "日本語" + str(suggest(中)) if 中 else None; return 日本


main()
