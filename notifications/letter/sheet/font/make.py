#!/usr/bin/env python3
"""Makes regular.ttf and bold.ttf beside it. Needs npm, python3-fonttools, python3-brotli.

    npm pack @fontsource/atkinson-hyperlegible-next@5.3.0
    tar -xzf fontsource-atkinson-hyperlegible-next-5.3.0.tgz
    python3 make.py package/files

One font out of the two files of the web font (Latin, Latin extended), reduced to what paper
needs: outlines without parts and hints, so that subsetting a letter is copying; figures of
one width, so that amounts stand under each other; no kerning, which the printing library
does not do. Letters with one mark that the font lacks are set together from its own parts.
"""
import sys
import unicodedata

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

FIGURES = "zero one two three four five six seven eight nine".split()
MARKS = {0x302: "uni0302", 0x303: "tildecomb", 0x306: "uni0306", 0x307: "uni0307",
         0x30A: "uni030A", 0x300: "gravecomb", 0x301: "acutecomb", 0x308: "uni0308", 0x30C: "uni030C",
         0x323: "uni0307", 0x327: "uni0326"}
BELOW = 0x323, 0x327
GAP = 60  # units between a letter and the mark set on it


def drawn(font, name):
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(pen)
    return pen


def bounds(pen):
    box = BoundsPen(None)
    pen.replay(box)
    return box.bounds


def marked(glyphs, marks, cp):
    """The letter of cp, drawn from its base and its one mark; None if a part is missing."""
    parts = unicodedata.normalize("NFD", chr(cp))
    if len(parts) != 2 or ord(parts[1]) not in marks:
        return None
    base, mark = ord(parts[0]), ord(parts[1])
    base = {ord("i"): 0x131, ord("j"): 0x237}.get(base, base) if mark not in BELOW else base
    if base not in glyphs:
        return None
    pen, width = glyphs[base]
    x0, y0, x1, y1 = bounds(pen)
    m0, n0, m1, n1 = bounds(marks[mark])
    up = y0 - GAP - n1 if mark in BELOW else y1 + GAP - n0
    both = DecomposingRecordingPen(None)
    pen.replay(both)
    marks[mark].replay(TransformPen(both, (1, 0, 0, 1, (x0 + x1) / 2 - (m0 + m1) / 2, up)))
    return both, width


def make(folder, weight, style, out):
    glyphs, marks = {}, {}
    name = "%s/atkinson-hyperlegible-next-%s-%s-normal.woff2"
    fonts = [TTFont(name % (folder, part, weight)) for part in ("latin", "latin-ext")]
    for font in fonts:
        for cp, glyph in font.getBestCmap().items():
            if unicodedata.combining(chr(cp)):
                continue
            glyph = glyph + ".tf" if glyph in FIGURES else glyph
            glyphs[cp] = drawn(font, glyph), font["hmtx"][glyph][0]
        for cp, glyph in MARKS.items():
            if glyph in font["glyf"].keys():
                marks.setdefault(cp, drawn(font, glyph))
    for cp in list(range(0x100, 0x180)) + list(range(0x1CD, 0x250)) + list(range(0x1E00, 0x1F00)):
        if cp not in glyphs and (letter := marked(glyphs, marks, cp)):
            glyphs[cp] = letter
    first = fonts[0]
    names = {cp: "u%04X" % cp for cp in sorted(glyphs)}
    build = FontBuilder(first["head"].unitsPerEm, isTTF=True)
    build.setupGlyphOrder([".notdef"] + [names[cp] for cp in sorted(glyphs)])
    build.setupCharacterMap({cp: n for cp, n in names.items()})
    outlines, widths = {}, {}
    notdef = drawn(first, ".notdef"), first["hmtx"][".notdef"][0]
    for glyph, (pen, width) in [(".notdef", notdef)] + [(names[cp], glyphs[cp]) for cp in names]:
        to = TTGlyphPen(None)
        pen.replay(to)
        outlines[glyph], widths[glyph] = to.glyph(), width
    build.setupGlyf(outlines)
    build.setupHorizontalMetrics({g: (w, getattr(outlines[g], "xMin", 0)) for g, w in widths.items()})
    old = first["OS/2"]
    build.setupHorizontalHeader(ascent=first["hhea"].ascent, descent=first["hhea"].descent)
    build.setupOS2(version=4, usWeightClass=int(weight), sCapHeight=old.sCapHeight, sxHeight=old.sxHeight,
                   sTypoAscender=old.sTypoAscender, sTypoDescender=old.sTypoDescender,
                   usWinAscent=old.usWinAscent, usWinDescent=old.usWinDescent)
    build.setupPost(keepGlyphNames=False)
    build.setupNameTable({"familyName": "Quitt Letter", "styleName": style, "psName": "QuittLetter-" + style,
                          "copyright": first["name"].getDebugName(0)})
    build.font["head"].created = build.font["head"].modified = 0
    build.font.recalcTimestamp = False
    build.save(out)
    print(out, len(glyphs), "characters")


for weight, style in ("400", "Regular"), ("700", "Bold"):
    make(sys.argv[1], weight, style, style.lower() + ".ttf")
