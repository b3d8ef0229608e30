"""Write the outlines of a font's printable ASCII characters as a TypeScript table.

    pip install fonttools brotli
    npm pack @fontsource/source-code-pro@5.3.0 @fontsource/source-sans-3@5.3.0   # and unpack both
    python extract.py source-code-pro-latin-500-normal.woff2 monoOutlines > monoOutlines.ts
    python extract.py source-sans-3-latin-500-normal.woff2 sansOutlines > sansOutlines.ts
"""
import json
import sys

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

UNITS = 1000


class Outline(BasePen):
    """Straight lines and quadratic curves, as in SVG paths, y upwards, UNITS to the em."""

    def __init__(self, glyphs, scale):
        super().__init__(glyphs)
        self.scale, self.parts = scale, []

    def add(self, command, *points):
        self.parts.append(command + " ".join(str(round(v * self.scale)) for p in points for v in p))

    def _moveTo(self, p):
        self.add("M", p)

    def _lineTo(self, p):
        self.add("L", p)

    def _qCurveToOne(self, c, p):
        self.add("Q", c, p)

    def _curveToOne(self, a, b, p):
        raise SystemExit("Expected a font with quadratic curves but received a cubic one")

    def _closePath(self):
        self.parts.append("Z")


def main():
    font, name = TTFont(sys.argv[1]), sys.argv[2]
    glyphs, names, scale = font.getGlyphSet(), font.getBestCmap(), UNITS / font["head"].unitsPerEm
    print("/** Written by extract.py; copyright and licence in LICENSE.md. Advance width, then the outline; y upwards, "
          "1000 units to the em. */")
    print(f"export const {name}: Readonly<Record<string, readonly [advance: number, path: string]>> = {{")
    for code in range(32, 127):
        glyph, pen = glyphs[names[code]], None
        pen = Outline(glyphs, scale)
        glyph.draw(pen)
        print(f"  {json.dumps(chr(code))}: [{round(glyph.width * scale)}, {json.dumps(''.join(pen.parts))}],")
    print("};")


main()
