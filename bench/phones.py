"""Phone numbers: parse, validate, E.164 and type, by Captely, PyPI `phonenumbers` and Google's C++ library.

All three read the same lists of valid numbers, each in a form that people write, and all run on one core,
one after the other; time is what a thread spends on a processor. One list mixes the countries of a list of
leads, the other every region: there the peers compile patterns anew all the time, because they keep few.
Without g++ and libphonenumber-dev the C++ rows are left out and say so.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import time

import phonenumbers as pn

from processes import Failed
from stages import Row

HERE = os.path.dirname(os.path.abspath(__file__))
NUMBERS = 20_000
SECONDS = 4
LEADS = ("US", "GB", "DE", "FR", "IN", "ES", "IT", "NL", "BR", "AU", "CA", "CH")
TYPES = ("mobile", "fixed_line", "toll_free", "voip", "uan")


def numbers(regions, dice):
    """Valid numbers of the regions, mobiles and fixed lines mostly, in three forms: (text, region)."""
    plans = {region: pn.PhoneMetadata.metadata_for_region(region) for region in sorted(regions)}
    forms = (pn.PhoneNumberFormat.INTERNATIONAL, pn.PhoneNumberFormat.NATIONAL, pn.PhoneNumberFormat.E164)
    while True:
        region = dice.choice(list(plans))
        about = getattr(plans[region], dice.choices(TYPES, (45, 45, 4, 3, 3))[0])
        if not about or not about.example_number:
            continue
        start = about.example_number[: len(about.example_number) // 2]
        rest = "".join(str(dice.randrange(10)) for _ in about.example_number[len(start):])
        try:
            number = pn.parse(f"+{plans[region].country_code}{start}{rest}")
        except pn.NumberParseException:
            continue
        if pn.is_valid_number(number):
            yield pn.format_number(number, dice.choice(forms)), region


def write_list(path, regions):
    found = numbers(regions, random.Random(3))
    lines = [next(found) for _ in range(NUMBERS)]
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(f"{text}\t{region}\n" for text, region in lines)
    return lines


def by_python(lines):
    """PyPI `phonenumbers` over the list, in this process."""
    def valid(text, region):
        number = pn.parse(text, region)
        return pn.is_valid_number(number), pn.format_number(number, pn.PhoneNumberFormat.E164), pn.number_type(number)

    for text, region in lines:  # compiles the patterns
        valid(text, region)
    done, good, begun = 0, 0, time.process_time()
    while time.process_time() - begun < SECONDS:
        good = sum(valid(text, region)[0] for text, region in lines)
        done += len(lines)
    return {"per_s": done / (time.process_time() - begun), "valid": good}


def by_cpp(folder, path):
    """Google's library from Debian; none where it cannot be built."""
    program = os.path.join(folder, "phones_peer")
    build = ["g++", "-O2", "-std=c++17", os.path.join(HERE, "phones_peer.cc"), "-o", program, "-lphonenumber"]
    if not shutil.which("g++") or subprocess.run(build, capture_output=True, check=False).returncode:
        return None
    return run([program, path, str(SECONDS)])


def by_captely(path):
    root = os.path.dirname(HERE)
    command = ["cargo", "bench", "--locked", "--package", "captely-verify", "--bench", "phones", "--", path, str(SECONDS)]
    return run(command, cwd=root)


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        raise Failed(f"{command[0]} ended with {done.returncode}: {done.stderr[-500:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def measure(settings):
    """The stage `phones` of run.py."""
    for name, regions in (("leads", LEADS), ("all", pn.SUPPORTED_REGIONS)):
        path = os.path.join(settings.folder, f"phones-{name}.tsv")
        lines = write_list(path, regions)
        ours, python, cpp = by_captely(path), by_python(lines), by_cpp(settings.folder, path)
        yield from rows(name, len(regions), ours, python, cpp)


def rows(name, regions, ours, python, cpp):
    note = f"{NUMBERS:,} numbers of {regions} regions, {ours['valid']:,} valid, first after {ours['first_ms']:.0f} ms"
    yield Row("phones", f"captely, {name}", ours["per_s"], "numbers/s", note=note, details=ours)
    note = f"{python['valid']:,} valid by metadata {pn.__version__}"
    yield Row("phones", f"PyPI phonenumbers, {name}", python["per_s"], "numbers/s", note=note, details=python)
    yield ratio(f"over PyPI phonenumbers, {name}", ours, python, 18)
    if cpp is None:
        note = "missing: apt-get install g++ libphonenumber-dev"
        yield Row("phones", f"Google's C++ library, {name}", float("nan"), "numbers/s", note=note)
        return
    note = f"{cpp['valid']:,} valid by Debian's older metadata"
    yield Row("phones", f"Google's C++ library, {name}", cpp["per_s"], "numbers/s", note=note, details=cpp)
    yield ratio(f"over Google's C++ library, {name}", ours, cpp, 5)


def ratio(name, ours, peer, aim):
    value = ours["per_s"] / peer["per_s"]
    return Row("phones", name, value, "x", f">= {aim}", value >= aim)


if __name__ == "__main__":
    sys.exit("run scripts/bench --stages phones")
