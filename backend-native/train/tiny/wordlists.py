"""The words that screens and documents are made of."""
from functools import lru_cache
from pathlib import Path
from zlib import crc32

LABELS = """Port Host Name User Total Price Amount Date Time Size Type Status Version Path City Country Email Phone Server
 Region Owner Branch Commit Build Queue Timeout Retries Level Mode Width Height Weight Color Model Serial Batch Ticket
 Order Invoice Customer Account Balance Currency Rate Limit Quota Memory Disk Network Proxy Token Session Group Team
 Project Module Package License Target Source Output Input Format Language Theme Font Zoom Speed Volume Street Zip
 Company Department Title Room Floor Gate Seat Flight Train Platform Score Rank Points Lives Stage Result Reason
 Latency Uptime Load Threads Workers Pages Items Stock Tax Discount Shipping Address Device Sensor Channel Signal""".split()
BUTTONS = """Save Cancel OK Apply Close Delete Open Retry Next Back Send Submit Reset Login Start Stop Help Yes No Edit
 Copy Paste Print Search Add Remove Update Install Share Export Import Run Build Test Deploy Accept Decline""".split()
ITEMS = """Lamp Chair Table Phone Mouse Cable Paper Bread Milk Apple Pear Grape Lemon Coffee Tea Sugar Rice Pasta Soap
 Towel Shirt Shoes Hat Glove Ball Book Pen Ink Glue Tape Nail Screw Drill Saw Hammer Brush Paint Rope Chain Lock Key
 Bolt Plate Cup Bowl Knife Fork Spoon Pan Pot Oven""".split()
HEADERS = "Item Price Qty Name Size Stock Code Status Total Count Weight Rate Score Team".split()
VERBS = "cannot failed unable refused missing invalid unknown denied broken".split()
EXTENSIONS = "py js ts cpp h md json txt css html yml rs go".split()
RESERVED = {"code", "codes", "error", "errors", "image", "images"}  # words that questions give a meaning of their own
LISTED = 0.3  # share of names out of the lists above; the others are any words, so that no list can be learnt by heart


@lru_cache
def words(held_out):
    """English words of 2 to 9 letters; one in ten, chosen by checksum, is kept for evaluation."""
    lines = Path("/usr/share/dict/words").read_text().splitlines()
    plain = [w for w in lines if w.isascii() and w.isalpha() and 2 <= len(w) <= 9 and w.lower() not in RESERVED]
    return [w for w in plain if (crc32(w.lower().encode()) % 10 == 0) == held_out]
