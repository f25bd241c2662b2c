"""Every public holiday of Sweden that falls in 2025-2030 and the three eves, written out by hand from the almanac.

Nothing here is computed, so that what is computed elsewhere can be held against it.
"""

from datetime import date

_ALMANAC = """
nyårsdagen                2025-01-01 2026-01-01 2027-01-01 2028-01-01 2029-01-01 2030-01-01
trettondedag jul          2025-01-06 2026-01-06 2027-01-06 2028-01-06 2029-01-06 2030-01-06
långfredagen              2025-04-18 2026-04-03 2027-03-26 2028-04-14 2029-03-30 2030-04-19
påskdagen                 2025-04-20 2026-04-05 2027-03-28 2028-04-16 2029-04-01 2030-04-21
annandag påsk             2025-04-21 2026-04-06 2027-03-29 2028-04-17 2029-04-02 2030-04-22
första maj                2025-05-01 2026-05-01 2027-05-01 2028-05-01 2029-05-01 2030-05-01
kristi himmelsfärds dag   2025-05-29 2026-05-14 2027-05-06 2028-05-25 2029-05-10 2030-05-30
pingstdagen               2025-06-08 2026-05-24 2027-05-16 2028-06-04 2029-05-20 2030-06-09
nationaldagen             2025-06-06 2026-06-06 2027-06-06 2028-06-06 2029-06-06 2030-06-06
midsommardagen            2025-06-21 2026-06-20 2027-06-26 2028-06-24 2029-06-23 2030-06-22
alla helgons dag          2025-11-01 2026-10-31 2027-11-06 2028-11-04 2029-11-03 2030-11-02
juldagen                  2025-12-25 2026-12-25 2027-12-25 2028-12-25 2029-12-25 2030-12-25
annandag jul              2025-12-26 2026-12-26 2027-12-26 2028-12-26 2029-12-26 2030-12-26
"""

_EVES = """
midsommarafton            2025-06-20 2026-06-19 2027-06-25 2028-06-23 2029-06-22 2030-06-21
julafton                  2025-12-24 2026-12-24 2027-12-24 2028-12-24 2029-12-24 2030-12-24
nyårsafton                2025-12-31 2026-12-31 2027-12-31 2028-12-31 2029-12-31 2030-12-31
"""

YEARS = range(2025, 2031)


def _read(table: str) -> dict[date, str]:
    return {
        date.fromisoformat(day): line[:26].strip() for line in table.strip().splitlines() for day in line[26:].split()
    }


PUBLIC_HOLIDAYS = _read(_ALMANAC)
EVES = _read(_EVES)
