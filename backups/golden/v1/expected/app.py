#!/usr/bin/env python3
# -*- coding: latin-1 -*-
from lib import double


def main():
    print("ä", double(21))


main()