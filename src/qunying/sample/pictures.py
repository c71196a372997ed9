"""Stand-ins for photographs: a parcel with a ribbon, drawn in one colour."""

import io

from qunying.content.pictures import KeptPicture, keep_picture

WIDTH, HEIGHT = 640, 480


def drawn(colour: tuple[int, int, int]) -> KeptPicture:
    """Draw a picture in a colour, red, green and blue from 0 to 255, and keep it."""
    from PIL import Image, ImageDraw

    def shade(part: float) -> tuple[int, ...]:
        return tuple(min(255, int(255 - (255 - value) * part)) for value in colour)

    picture = Image.new("RGB", (WIDTH, HEIGHT), shade(0.25))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((420, -160, 820, 240), fill=shade(0.15))
    pen.rectangle((0, 390, WIDTH, HEIGHT), fill=shade(0.4))
    pen.rounded_rectangle((190, 200, 450, 420), 12, fill=shade(1))
    pen.rounded_rectangle((175, 165, 465, 225), 10, fill=shade(0.85))
    pen.rectangle((300, 165, 340, 420), fill=shade(0.3))
    for left, right in ((225, 320), (320, 415)):
        pen.ellipse((left, 105, right, 170), outline=shade(0.3), width=16)
    file = io.BytesIO()
    picture.save(file, "PNG")
    file.seek(0)
    return keep_picture(file)
