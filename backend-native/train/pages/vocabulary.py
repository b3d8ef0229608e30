"""Words, names and typed values. Everything is drawn from a random.Random, so that a seed gives the same page."""

import json
import re
from functools import lru_cache
from pathlib import Path

WORD_LIST = Path("/usr/share/dict/words")

UNWANTED = re.compile(
    "porn|fuck|shit|cunt|nigg|bitch|whore|slut|rape|rapi|nazi|tits|cock|dick|anal|sex|arse|fag|tard|wank|bastard|"
    "kill|murder|suicid|slave|negro"
)
COLOURS = "red blue green black white grey orange yellow purple pink brown".split()
LISTS = json.loads((Path(__file__).parent / "words.json").read_text())
FIRST, LAST, CITY, SYSTEMS = (LISTS[k] for k in ("first_names", "last_names", "cities", "systems"))
COMMON, PRODUCTS, DEPARTMENTS = (LISTS[k] for k in ("everyday", "products", "departments"))
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
LONG_MONTHS = """January February March April May June July August September October November December""".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
EXTENSIONS = "ts js py cpp h rs go java md json yml toml css html txt sh sql csv log xml".split()
VERBS = """Fix Add Remove Update Improve Rename Move Refactor Document Test Speed up Handle Support Drop Check Rewrite
Simplify Validate Cache Log""".replace("Speed up", "Speed_up").split()


@lru_cache(maxsize=1)
def words():
    """Common-looking lower-case English words of 4 to 9 letters."""
    found = [w for w in WORD_LIST.read_text().split() if re.fullmatch(r"[a-z]{4,9}", w)]
    return [w for w in found if not UNWANTED.search(w)]


def word(r):
    """Half of the words are everyday ones, half come from the whole list."""
    return r.choice(COMMON) if r.random() < 0.5 else r.choice(words())


def title_words(r, n=2):
    return " ".join(word(r).capitalize() for _ in range(n))


def person(r):
    return f"{r.choice(FIRST)} {r.choice(LAST)}"


def code(r):
    letters, digits = "ABCDEFGHJKLMNPQRSTUVWXYZ", "0123456789"
    pick = lambda s, n: "".join(r.choice(s) for _ in range(n))
    return r.choice(
        [
            lambda: f"{pick(letters, 1)}{pick(digits, 4)}",
            lambda: f"{pick(letters, 2)}-{pick(digits, 4)}",
            lambda: f"{pick(letters, 3)}-{pick(digits, 3)}",
            lambda: f"#{pick(digits, r.randint(2, 5))}",
            lambda: f"{pick(letters, 2)}{pick(digits, 6)}",
            lambda: f"{pick(digits, 4)}-{pick(letters, 2)}-{pick(digits, 2)}",
            lambda: f"{r.choice(['ORD', 'INV', 'REQ', 'TKT', 'BUG', 'JOB', 'RUN', 'SKU', 'PO'])}-{pick(digits, 5)}",
        ]
    )()


def error_code(r):
    return r.choice(
        [
            lambda: f"E{r.randint(1000, 9999)}",
            lambda: f"0x{r.getrandbits(32):08X}",
            lambda: f"ERR_{word(r).upper()}",
            lambda: f"{word(r).upper()}_{word(r).upper()}",
            lambda: str(r.choice([400, 401, 403, 404, 409, 422, 429, 500, 502, 503])),
            lambda: f"TS{r.randint(1000, 2999)}",
            lambda: f"E{r.randint(1, 999):04d}",
            lambda: f"ORA-{r.randint(100, 30000):05d}",
        ]
    )()


def money(r):
    amount = r.choice([r.randint(1, 99), r.randint(100, 9999), r.randint(10000, 999999)])
    cents = f".{r.randint(0, 99):02d}" if r.random() < 0.6 else ""
    return r.choice(["${}", "€{}", "£{}", "{} EUR", "{} USD", "${}", "€ {}"]).format(f"{amount:,}{cents}")


def date(r):
    y, m, d = r.randint(2019, 2027), r.randint(1, 12), r.randint(1, 28)
    return r.choice(
        [
            f"{y}-{m:02d}-{d:02d}",
            f"{d} {MONTHS[m - 1]} {y}",
            f"{MONTHS[m - 1]} {d}, {y}",
            f"{d:02d}.{m:02d}.{y}",
            f"{LONG_MONTHS[m - 1]} {d}, {y}",
            f"{m:02d}/{d:02d}/{y}",
            f"{MONTHS[m - 1]} {d}",
        ]
    )


def clock(r):
    h, m = r.randint(0, 23), r.randint(0, 59)
    return r.choice(
        [
            f"{h:02d}:{m:02d}",
            f"{h:02d}:{m:02d}:{r.randint(0, 59):02d}",
            f"{(h - 1) % 12 + 1}:{m:02d} {'AM' if h < 12 else 'PM'}",
        ]
    )


def duration(r):
    return r.choice(
        [
            f"{r.randint(1, 59)}m {r.randint(1, 59)}s",
            f"{r.randint(1, 90)} s",
            f"{r.randint(2, 950)} ms",
            f"{r.randint(1, 48)} hours",
            f"{r.randint(2, 30)} days",
            f"{r.uniform(0.1, 60):.1f}s",
            f"{r.randint(2, 59)} min",
            f"{r.randint(1, 9)}h {r.randint(1, 59)}m",
        ]
    )


def version(r):
    return (
        r.choice(["", "v"])
        + ".".join(str(r.randint(0, r.choice([9, 30]))) for _ in range(3))
        + r.choice([""] * 5 + ["-beta", "-rc1"])
    )


def file_name(r):
    stem = r.choice(
        [
            lambda: word(r),
            lambda: f"{word(r)}-{word(r)}",
            lambda: f"{word(r)}_{word(r)}",
            lambda: f"{r.choice(SYSTEMS)}{word(r).capitalize()}",
            lambda: r.choice(SYSTEMS),
        ]
    )()
    return f"{stem}.{r.choice(EXTENSIONS)}"


def path(r):
    folders = [
        r.choice(SYSTEMS + ["src", "lib", "test", "docs", "app", "server", "client", "etc", "var", "home"])
        for _ in range(r.randint(1, 3))
    ]
    return r.choice(["", "/", "./", "~/"]) + "/".join(folders) + "/" + file_name(r)


def size(r):
    return (
        f"{r.choice([r.randint(1, 999), round(r.uniform(1, 99), 1)])} "
        f"{r.choice(['KB', 'MB', 'GB', 'MB', 'TB', 'KiB', 'MiB'])}"
    )


def email(r):
    return (
        f"{r.choice(FIRST).lower()}{r.choice(['.', '_', ''])}{r.choice(LAST).lower()}@{word(r)}"
        f".{r.choice(['com', 'org', 'net', 'io', 'dev'])}"
    )


def url(r):
    return f"{r.choice(['https://', '', 'https://www.'])}{word(r)}.{r.choice(['com', 'org', 'io', 'dev'])}" + r.choice(
        ["", f"/{word(r)}", f"/{word(r)}/{r.randint(1, 999)}"]
    )


def count(r):
    return f"{r.choice([r.randint(0, 20), r.randint(10, 999), r.randint(1000, 99999)]):,}"


def percent(r):
    return f"{r.choice([r.randint(0, 100), round(r.uniform(0, 100), 1)])}%"


STATUSES = {
    "good": (
        "Passed|Active|Online|Done|Success|Paid|Approved|Healthy|Running|Delivered|Open|Completed|Resolved|Merged|"
        "Ready|Enabled"
    ).split("|"),
    "bad": "Failed|Error|Offline|Rejected|Overdue|Critical|Cancelled|Blocked|Down|Expired|Denied|Crashed".split("|"),
    "warn": "Pending|Warning|Waiting|Delayed|Degraded|On hold|Queued|In review|At risk|Unstable|Retrying".split("|"),
    "info": "New|In progress|Draft|Scheduled|Shipped|Processing|Planned|Syncing|Assigned|Building".split("|"),
    "dim": "Skipped|Closed|Archived|Inactive|Paused|Disabled|Unknown|Idle|Stopped".split("|"),
}


def status(r):
    """(tone, word)"""
    tone = r.choice(list(STATUSES))
    return tone, r.choice(STATUSES[tone])


# type -> (how a value is made, labels it may stand beside)
TYPES = {
    "money": (
        money,
        "Total|Subtotal|Balance|Revenue|Price|Cost|Budget|Amount due|Tax|Discount|Refund|Salary|Deposit|Profit|"
        "Monthly fee|Shipping|Net income|Credit limit|Outstanding",
    ),
    "percent": (
        percent,
        "CPU usage|Memory usage|Coverage|Conversion rate|Bounce rate|Disk usage|Battery|Uptime|Progress|Error rate|"
        "Growth|Occupancy|Margin|Humidity|Load|Success rate|Attendance",
    ),
    "count": (
        count,
        "Users|Orders|Visitors|Open issues|Downloads|Messages|Requests|Errors|Warnings|Commits|Tests|Tasks|Tickets|"
        "Members|Views|Followers|Sessions|Items|Stock|Retries|Seats|Points|Votes|Replies",
    ),
    "duration": (
        duration,
        "Duration|Elapsed|Build time|Response time|Latency|Timeout|Uptime|Average wait|Time left|Travel time|"
        "Session length|Cook time|Delay|Retention",
    ),
    "date": (
        date,
        "Due date|Created|Last updated|Start date|End date|Deadline|Date of birth|Expires|Delivered on|Invoice "
        "date|Next billing date|Check-in|Check-out|Released|Last login|Joined|Renewal date",
    ),
    "time": (
        clock,
        "Departure|Arrival|Opening time|Last seen|Start time|End time|Next run|Alarm|Last sync|Boarding|Meeting time",
    ),
    "version": (
        version,
        "Version|Firmware|Current version|Latest release|API version|Build|Node version|Schema version",
    ),
    "code": (
        code,
        "Order number|Ticket ID|Invoice number|Reference|Booking code|Serial number|Customer ID|SKU|Tracking "
        "number|Case number|Build number|Gate|Room|License key|Part number|Job ID",
    ),
    "error": (error_code, "Error code|Exit code|Status code|Fault code"),
    "person": (
        person,
        "Owner|Assignee|Author|Manager|Customer|Contact|Reviewer|Reporter|Patient|Doctor|Teacher|Driver|Approved "
        "by|Created by|Account holder|Sender|Instructor|Passenger",
    ),
    "email": (email, "Email|Contact email|Reply to|Billing email|Username|Support address"),
    "city": (
        lambda r: r.choice(CITY),
        "City|Location|Destination|Origin|Office|Warehouse|Region|Birthplace|Branch office|Venue|Station",
    ),
    "path": (path, "File|Path|Config file|Output folder|Log file|Source|Root directory|Working directory"),
    "url": (url, "Website|URL|Endpoint|Homepage|Repository|Webhook"),
    "size": (size, "Size|File size|Storage used|Free space|Memory|Total size|Cache size|Upload limit|Bandwidth"),
    "department": (lambda r: r.choice(DEPARTMENTS), "Department|Team|Group|Division"),
    "ip": (lambda r: ".".join(str(r.randint(1, 254)) for _ in range(4)), "IP address|Host|Gateway|DNS server|Subnet"),
    "phone": (
        lambda r: (
            f"+{r.randint(1, 99)} {r.randint(100, 999)} {r.randint(1000, 9999)}"
            f"{r.choice(['', ' ' + str(r.randint(10, 99))])}"
        ),
        "Phone|Mobile|Fax|Hotline|Emergency contact",
    ),
    "number": (
        lambda r: str(r.choice([r.randint(1, 9), r.randint(10, 99), r.randint(100, 9999), round(r.uniform(0, 10), 2)])),
        "Port|Line|Column|Floor|Page|Quantity|Level|Score|Rank|Priority|Threads|Workers|Font size|Tab size|Max "
        "retries|Rating",
    ),
    "word": (
        lambda r: title_words(r, r.choice([1, 1, 2])),
        "Name|Project|Title|Plan|Category|Environment|Branch|Language|Model|Brand|Series|Course|Material|Theme|Label",
    ),
    "hash": (lambda r: f"{r.getrandbits(r.choice([28, 32, 40])):x}", "Commit|Checksum|Hash|Revision|Fingerprint"),
    "temperature": (
        lambda r: f"{r.randint(-20, 110)}{r.choice(['°C', '°F', ' °C'])}",
        "Temperature|Feels like|Oven|High|Low|Core temperature",
    ),
    "weight": (
        lambda r: (
            f"{r.choice([r.randint(1, 900), round(r.uniform(0.1, 99), 1)])} "
            f"{r.choice(['kg', 'g', 'lb', 'km', 'm', 'cm', 'kWh', 'W', 'V', 'rpm', 'km/h', 'mm', 'ml', 'L'])}"
        ),
        "Weight|Distance|Height|Power|Voltage|Speed|Volume|Length|Depth|Rainfall|Range",
    ),
}
WHO = {"person"}
WHEN = {"date", "time"}


def labelled(r, taken=()):
    """(type, label, value) with a label not in `taken`; some labels get a word in front that makes them new."""
    while True:
        kind = r.choice(list(TYPES))
        make, labels = TYPES[kind]
        label = r.choice(labels.split("|"))
        roll = r.random()
        if roll < 0.12:
            label = f"{word(r).capitalize()} {label.lower() if not label.isupper() else label}"
        elif roll < 0.17:
            label = title_words(r, 2)
        if r.random() < 0.1:
            label = label.title()
        if label.lower() not in {t.lower() for t in taken}:
            return kind, label, make(r)


def lower_first(text):
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def sentence(r):
    """A plain sentence with something to ask about, as notices and messages have it."""
    return r.choice(
        [
            lambda: (
                f"The {r.choice(SYSTEMS)} {r.choice(['job', 'service', 'request', 'task'])} "
                f"{r.choice(['finished', 'stopped', 'started', 'was moved', 'needs attention'])} after {duration(r)}"
                f"."
            ),
            lambda: (
                f"{person(r)} {r.choice(['asked for', 'sent', 'approved', 'shared', 'changed', 'commented on'])} "
                f"{file_name(r)}."
            ),
            lambda: (
                f"Please {r.choice(['review', 'sign', 'send back', 'read', 'check'])} the {word(r)} "
                f"{r.choice(['report', 'list', 'plan', 'draft', 'form'])} before {r.choice(DAYS)}."
            ),
            lambda: (
                f"We {r.choice(['moved', 'opened', 'closed', 'booked'])} the {word(r)} "
                f"{r.choice(['room', 'store', 'office', 'course', 'line'])} in {r.choice(CITY)}."
            ),
            lambda: (
                f"{r.choice(PRODUCTS)} is "
                f"{r.choice(['back in stock', 'sold out', 'on sale', 'delayed until ' + r.choice(DAYS)])}."
            ),
            lambda: (
                f"{r.choice(VERBS).replace('_', ' ')} {r.choice(SYSTEMS)} {r.choice(['for', 'when', 'with'])} "
                f"{word(r)} {word(r)}."
            ),
            lambda: (
                f"The {word(r)} {r.choice(['meeting', 'call', 'training', 'lesson', 'delivery'])} is at {clock(r)} "
                f"in {r.choice(CITY)}."
            ),
        ]
    )()


def error_sentence(r):
    return r.choice(
        [
            lambda: (
                f"Could not connect to {r.choice(SYSTEMS)}.{word(r)}.{r.choice(['local', 'com', 'internal'])} on "
                f"port {r.randint(80, 9999)}"
            ),
            lambda: f"Cannot read property '{word(r)}' of undefined",
            lambda: f"Expected {r.randint(2, 512)} bytes but received {r.randint(0, 99)}",
            lambda: f"File not found: {path(r)}",
            lambda: f"Permission denied: {path(r)}",
            lambda: f"The {word(r)} field is required.",
            lambda: "Your session has expired. Please sign in again.",
            lambda: f"Payment of {money(r)} was declined.",
            lambda: f"Module '{word(r)}-{word(r)}' not found",
            lambda: f"Disk is {r.randint(90, 100)}% full on {r.choice(SYSTEMS)}-{r.randint(1, 9)}",
            lambda: f"Build failed: {r.randint(1, 40)} errors, {r.randint(0, 60)} warnings",
            lambda: f"Invalid value for '{word(r)}': {word(r)}",
            lambda: f"Request to /api/{word(r)} timed out after {r.randint(2, 60)} seconds",
            lambda: (
                f"{r.choice(['TypeError', 'ValueError', 'KeyError', 'RangeError', 'SyntaxError'])}: {word(r)} is "
                f"not {r.choice(['a function', 'iterable', 'defined', 'valid'])}"
            ),
            lambda: f"Upload of {file_name(r)} failed: file is larger than {size(r)}",
            lambda: "Email address is not valid",
            lambda: f"Password must have at least {r.randint(6, 20)} characters",
            lambda: "No space left on device",
            lambda: f"Conflict in {path(r)}",
            lambda: f"{error_code(r)}: {word(r)} {word(r)} failed",
        ]
    )()
