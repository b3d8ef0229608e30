"""Wordings of questions. {l} a label, {v} a value, {r} a row, {c} a column, {n} a noun; `pick` draws one and fills it in."""
import re

from .vocabulary import lower_first

WORDINGS = {
    "value": ["What is the {l}?", "What's the {l}?", "What is the {l}?", "{l}?", "Tell me the {l}.", "What does it say for {L}?",
              "What is shown next to {L}?", "Give me the {l}.", "Which {l} is shown?", "What value does {L} have?", "Read the {l}.",
              "What is {L} set to?", "Find the {l}.", "What's {L}?", "Can you see the {l}?  What is it?".replace("  ", " "),
              "What is the value of {L}?", "I need the {l}.", "Which {l} does it show?", "what is the {l}", "Look up the {l}.",
              "What {l} is given?", "State the {l}.", "What do you read for {L}?", "What is entered in the {L} field?",
              "What does the {L} field contain?", "Under {L}, what is there?", "What is displayed as the {l}?"],
    "value.person": ["Who is the {l}?", "Who's the {l}?", "Name the {l}.", "Who is listed as {l}?", "What is the name of the {l}?"],
    "value.date": ["When is the {l}?", "What date is the {l}?", "What is the date for {L}?", "Which day is given for {L}?", "When was it {l}?"],
    "value.time": ["What time is the {l}?", "When is the {l}?", "At what time is {L}?"],
    "value.money": ["How much is the {l}?", "How high is the {l}?", "What amount is shown for {L}?", "How much {l}?"],
    "value.count": ["How many {l} are there?", "How many {l}?", "What number is shown for {L}?", "What is the number of {l}?"],
    "value.duration": ["How long is the {l}?", "What is the {l}?", "How long does {L} say?"],
    "value.city": ["Where is the {l}?", "Which city is the {l}?", "What place is the {l}?"],
    "value.percent": ["How high is the {l}?", "What percentage is the {l}?", "What percent is shown for {L}?"],
    "value.version": ["Which version is shown?", "What version is it?", "Which {l} is it?"],
    "value.error": ["Which {l} is shown?", "What is the {l}?", "What {l} does it report?"],
    "value.path": ["Which file is it?", "What is the path of the {l}?", "Which path is given for {L}?"],
    "reverse": ["What is {v}?", "Which label goes with {v}?", "What does {v} stand for?", "Which field shows {v}?", "What is {v} the value of?",
                "{v} is the value of which field?", "What has the value {v}?", "Next to which label is {v}?"],
    "is_value": ["Is the {l} {v}?", "Does {L} say {v}?", "Is {L} {v}?", "Does it show {v} for {L}?", "The {l} is {v}, right?", "Is {v} the {l}?"],
    "cell": ["What is the {c} of {r}?", "What is {r}'s {c}?", "Which {c} does {r} have?", "What {c} is listed for {r}?", "{c} of {r}?",
             "For {r}, what is the {c}?", "In the row {r}, what is the {c}?", "What does the {C} column say for {r}?", "Give the {c} for {r}.",
             "What's the {c} for {r}?", "Look at {r}: what is the {c}?", "What {c} does the table give for {r}?"],
    "cell.money": ["How much is {r}?", "How much does {r} have as {c}?", "What is the {c} of {r}?"],
    "cell.person": ["Who is the {c} of {r}?", "Who is the {c} for {r}?"],
    "cell.date": ["When is {r} ({c})?", "What is the {c} date of {r}?", "When is the {c} of {r}?"],
    "cell.status": ["What is the status of {r}?", "What state is {r} in?", "How is {r} doing?", "Status of {r}?", "Did {r} pass, fail or what?",
                    "Which status does {r} have?", "What is {r}'s status?"],
    "row_of": ["Which {n} has {c} {v}?", "Which {n} has the {c} {v}?", "What {n} is listed with {v}?", "Whose {c} is {v}?", "Which row shows {v}?",
               "{v} belongs to which {n}?", "Which {n} has {v} as {c}?", "Find the {n} with {c} {v}."],
    "row_of.status": ["Which {n} is {v}?", "What is {v}?", "Which one is {v}?", "Which {n} has the status {v}?", "Name the {n} that is {v}."],
    "rows_of.status": ["Which {ns} are {v}?", "List the {ns} that are {v}.", "Which ones are {v}?", "Name all {ns} with status {v}."],
    "max": ["Which {n} has the highest {c}?", "Which {n} has the largest {c}?", "What {n} has the most {c}?", "Which one has the highest {c}?",
            "Who or what has the biggest {c}?", "Which row has the largest {c}?", "Which {n} has the greatest {c}?", "Where is {C} highest?"],
    "min": ["Which {n} has the lowest {c}?", "Which {n} has the smallest {c}?", "What {n} has the least {c}?", "Which one has the lowest {c}?",
            "Which row has the smallest {c}?", "Where is {C} lowest?"],
    "max_value": ["What is the highest {c}?", "What is the largest {c} in the table?", "What is the maximum {c}?"],
    "min_value": ["What is the lowest {c}?", "What is the smallest {c} in the table?", "What is the minimum {c}?"],
    "count_rows": ["How many {ns} are listed?", "How many {ns} are there?", "How many rows does the table have?", "How many {ns} do you see?",
                   "Count the {ns}.", "How many {ns} are shown?", "What is the number of {ns} shown?"],
    "count": ["How many {ns} are there?", "How many {ns} do you see?", "Count the {ns}.", "How many {ns} are shown?", "What is the number of {ns}?"],
    "count_status": ["How many {ns} are {v}?", "How many are {v}?", "Count the {ns} with status {v}.", "How many {ns} have the status {v}?"],
    "is_status": ["Is {r} {v}?", "Does {r} have the status {v}?", "Is the status of {r} {v}?"],
    "columns": ["What columns does the table have?", "List the column names.", "What are the column headers?", "Which columns are there?",
                "What are the headings of the table?"],
    "first": ["What is the first {n}?", "Which {n} comes first?", "What is the {n} at the top?", "Which {n} is at the top of the list?",
              "Name the first {n}.", "What's the topmost {n}?"],
    "last": ["What is the last {n}?", "Which {n} comes last?", "What is the {n} at the bottom?", "Which {n} is at the bottom of the list?",
             "Name the last {n}."],
    "after": ["Which {n} comes after {r}?", "What comes after {r}?", "Which {n} is listed after {r}?", "What is the {n} following {r}?", "What is next after {r}?"],
    "before": ["Which {n} comes before {r}?", "What comes before {r}?", "Which {n} is listed before {r}?", "What is just before {r}?"],
    "nth": ["What is the {o} {n}?", "Which {n} is the {o}?", "Name the {o} {n}.", "What's the {o} {n} in the list?"],
    "listing": ["List the {ns}.", "What are the {ns}?", "Which {ns} are there?", "Name all the {ns}.", "What {ns} do you see?"],
    "right": ["What is to the right of {r}?", "What is right of {r}?", "Which {n} is to the right of {r}?", "What stands right of {r}?", "What comes directly right of {r}?"],
    "left": ["What is to the left of {r}?", "What is left of {r}?", "Which {n} is to the left of {r}?", "What stands left of {r}?"],
    "below": ["What is below {r}?", "What is under {r}?", "Which {n} is below {r}?", "What stands directly below {r}?", "What comes right under {r}?", "What is beneath {r}?"],
    "above": ["What is above {r}?", "Which {n} is above {r}?", "What stands directly above {r}?", "What is just above {r}?", "What is over {r}?"],
    "is_right": ["Is {r} to the right of {v}?", "Is {r} right of {v}?"],
    "is_left": ["Is {r} to the left of {v}?", "Is {r} left of {v}?"],
    "is_above": ["Is {r} above {v}?", "Is {r} higher up than {v}?"],
    "is_below": ["Is {r} below {v}?", "Is {r} under {v}?"],
    "title": ["What is the title of this page?", "What is the title?", "What is the heading?", "What's the main heading?", "Which page is this?",
              "What is the page called?", "Read the title.", "What does the headline say?", "What is the heading of the page?", "Title?",
              "What is the name of this page?", "What is this page titled?", "Give the title of the screen."],
    "brand": ["Which app is this?", "What is the name of the app?", "Which product is this?", "What is the name of the site?", "Which website is this?",
              "What program is this?", "What's the app called?", "What is the application called?"],
    "error": ["What is the error?", "What does the error say?", "What is the error message?", "Which error is shown?", "What went wrong?", "Read the error message.",
              "What does the error message say?", "Why did it fail?", "What error do you see?", "What's the problem?", "What is wrong here?", "Quote the error."],
    "notice": ["What does the {n} say?", "What is the {n} message?", "Read the {n}.", "What is the {n} about?", "What message is shown in the {n}?", "Text of the {n}?"],
    "dialog_title": ["What is the title of the dialog?", "What does the dialog ask?", "Which dialog is open?", "What does the popup say at the top?", "What is the dialog called?"],
    "buttons": ["Which buttons are there?", "What buttons does the dialog have?", "List the buttons.", "What buttons can I press?", "What are the buttons?",
                "Which buttons can be clicked?", "Name the buttons.", "What do the buttons say?"],
    "button": ["What does the {n} button say?", "What is the label of the {n} button?", "Which text is on the {n} button?", "What is written on the {n} button?"],
    "is_button": ["Is there a {l} button?", "Is there a button called {l}?", "Do you see a {l} button?", "Can I press {l}?", "Does the screen have a {l} button?"],
    "selected": ["Which {n} is selected?", "What {n} is active?", "Which {n} is open?", "What is the selected {n}?", "Which {n} is highlighted?", "What {n} is currently selected?",
                 "Which {n} is chosen?", "What is the current {n}?", "Which {n} am I on?", "Which {n} is active?", "Which {n} is the active one?"],
    "is_selected": ["Is {r} selected?", "Is the {r} {n} active?", "Is {r} the active {n}?", "Is the {n} {r} selected?"],
    "checked": ["Is {l} checked?", "Is {l} ticked?", "Is the {l} box checked?", "Is {l} enabled?", "Is {l} selected?", "Is the checkbox {l} ticked?"],
    "toggled": ["Is {l} on?", "Is {l} turned on?", "Is {l} enabled?", "Is {l} switched on?", "Is the {l} switch on?"],
    "on_off": ["Is {l} on or off?", "What is the state of {l}?", "Is the {l} switch on or off?"],
    "disabled": ["Is the {l} button disabled?", "Is {l} greyed out?", "Is the {l} button greyed out?", "Is {l} disabled?"],
    "enabled": ["Is the {l} button enabled?", "Can {l} be clicked?", "Is {l} available?"],
    "which_disabled": ["Which button is disabled?", "Which button is greyed out?", "What button cannot be pressed?", "Which of the buttons is disabled?"],
    "colour": ["What colour is {r}?", "What color is {r}?", "Which colour does {r} have?", "What is the colour of {r}?", "What color does {r} have?"],
    "colour_button": ["What colour is the {r} button?", "What color is the {r} button?", "Which colour does the {r} button have?", "What is the color of the {r} button?"],
    "colour_status": ["What colour is the {r} badge?", "In which colour is {r} shown?", "What color is {r} shown in?", "What colour is {r} marked with?"],
    "is_colour": ["Is {r} {v}?", "Is {r} shown in {v}?", "Does {r} look {v}?"],
    "of_colour": ["Which {n} is {v}?", "What is shown in {v}?", "Which {n} is shown in {v}?", "What is the {v} {n}?", "What does the {v} {n} say?"],
    "shown": ["Is {l} shown?", "Is {l} on the screen?", "Do you see {l}?", "Can you see {l}?", "Does it say {l} anywhere?", "Is {l} visible?", "Is there {l} on this page?",
              "Does the page mention {l}?", "Is {l} mentioned?"],
    "about": ["What is this screen about?", "What is this?", "What does this screenshot show?", "What do you see?", "Describe the screen.", "What kind of screen is this?",
              "What is shown here?", "Summarise this in one sentence.", "Summarize this page.", "What am I looking at?", "Give me a one-sentence summary.",
              "What is this page for?", "Describe this screenshot in one sentence.", "What is going on here?", "What is on the screen?"],
    "line": ["What is on line {o}?", "What does line {o} say?", "Read line {o}.", "Which code is on line {o}?"],
    "says": ["What does {r} say?", "What did {r} write?", "What is {r}'s message?", "What does {r} say in the chat?", "What was {r}'s message?"],
    "who_said": ["Who wrote \"{v}\"?", "Who said \"{v}\"?", "Whose message is \"{v}\"?"],
    "failed_test": ["Which test failed?", "What test failed?", "Which test did not pass?", "Name the failing test.", "What is the failing test?"],
    "command": ["Which command was run?", "What command was typed?", "What is the command?", "Which command is shown in the terminal?"],
}
ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"]


def plural(noun):
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def pick(r, kind, sub=None, l="", v="", row="", c="", n="", o=""):
    """A question of `kind`; the wordings of `kind.sub` come on top of the general ones."""
    special = WORDINGS.get(f"{kind}.{sub}", [])
    wording = r.choice(special) if special and r.random() < .55 else r.choice(WORDINGS[kind])
    text = wording.format(l=lower_first(l) if r.random() < .7 else l, L=l, v=v, r=row, c=lower_first(c), C=c, n=n, ns=plural(n), o=o)
    text = text[:1].upper() + text[1:] if r.random() < .93 else text
    text = re.sub(r"\b(a) (?=[aeiouAEIOU])", "an ", text)
    if r.random() < .04:
        text = text.rstrip("?.")
    return text
