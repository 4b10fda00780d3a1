"""Runs what README shows and compares: test_readme.py WLEDGER README FIXTURES FOLDER

Every line that begins with "$ wledger " must end with 0 and print the lines below it; "…" stands for any number of
lines, and a hash (64 hexadecimal digits) for any. Empty lines do not count. A section that is not the first begins with the first two commands
of the first one. Files of names are made as the text says: the claims of the dealer that the tour is about.
"""
import csv
import os
import re
import shlex
import subprocess
import sys

DEALER = "D00012"
HASH = re.compile(r"[0-9a-f]{64}")


def blocks(path):
    """For each section with commands: [(command, lines)]."""
    found, section = {}, None
    with open(path, encoding="utf-8") as f:
        for line in f.read().splitlines():
            if line.startswith("## "):
                section = line[3:]
            elif line.startswith("    $ wledger "):
                found.setdefault(section, []).append((line[6:], []))
            elif line.startswith("    ") and found.get(section):
                found[section][-1][1].append(line[4:])
            elif line.strip() and found.get(section):
                found[section].append(None)  # text: what follows belongs to no command
    return {name: [c for c in all_of if c] for name, all_of in found.items()}


class Tour:
    def __init__(self, program, folder):
        self.program, self.folder, self.failed = program, folder, 0
        self.env = dict(os.environ, WLEDGER_DIR="ledger", WLEDGER_BY="clerk", LC_ALL="C.UTF-8")

    def run(self, arguments, given=""):
        return subprocess.run([self.program, *arguments], cwd=self.folder, env=self.env, input=given, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)

    def rows(self, *arguments):
        return list(csv.DictReader(self.run([*arguments, "--csv"]).stdout.splitlines()))

    def names(self, name):
        """The files that the tour hands to --from."""
        claims = [r["dealer_id"] + "/" + r["claim_no"] for r in self.rows("decisions")
                  if r["dealer_id"] == DEALER and r["decision"] in ("approved", "partial")]
        owing = {r["dealer_id"] + "/" + r["claim_no"] for r in self.rows("obligations")}
        if name == "vouchers":
            return [c for c in claims if not c.endswith("/000002")]
        parts = [c for c in claims if c in owing and not c.endswith("/000013")]
        return parts if name == "parts" else [c for c in parts if not c.endswith("/000001")]

    def one(self, command, shown):
        words, given = shlex.split(command)[1:], ""
        if "<" in words:
            given = "".join(re.match(r"\d+", line).group() + "\n" for line in shown if re.match(r"\d{10} ", line))
            words = words[:words.index("<")]
        if words and words[-2:-1] == ["--from"] and not os.path.exists(os.path.join(self.folder, words[-1])):
            with open(os.path.join(self.folder, words[-1]), "w", encoding="utf-8") as f:
                f.write("\n".join(self.names(words[-1])) + "\n")
        done = self.run(words, given)
        told = [HASH.sub("HASH", line.rstrip()) for line in done.stdout.splitlines() if line.strip()]
        pattern = "\n".join(".*" if line.strip() == "…" else re.escape(HASH.sub("HASH", line.rstrip()))
                            for line in shown).replace(".*\n", "(.*\n)?").replace("\n.*", "(\n.*)?")
        if done.returncode != 0 or not re.fullmatch(pattern, "\n".join(told), re.DOTALL):
            self.failed += 1
            print(f"README: $ {command}\n  exit {done.returncode}; it prints", *told[:12], sep="\n    ")


def main(program, readme, fixtures, folder):
    failed, begin = 0, []
    for name, commands in blocks(readme).items():
        place = os.path.join(folder, name.replace(" ", "-"))
        os.makedirs(place)
        os.symlink(fixtures, os.path.join(place, "fixtures"))
        tour = Tour(program, place)
        for command, shown in begin + commands:
            tour.one(command, shown)
        begin = begin or commands[:2]
        failed += tour.failed
        print(f"{name}: {len(commands)} commands, {tour.failed} not as shown")
    return 1 if failed or not begin else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
