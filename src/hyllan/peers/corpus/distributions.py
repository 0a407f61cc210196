"""
How much of what: every share that the corpus is drawn from, and where it is from.

"measured" names the file in shared/data that benchmarks/measure_corpus.py measures it in, and what
it is there; all else is assumed. docs/algorithms/corpus.md explains.
"""

Share = float

LAST_YEAR = 2025

# --- What there is. Assumed: the stock of a Swedish public library, of which no file is here.
FAMILIES: dict[str, Share] = {  # a family is drawn at once: one work, or works that resemble
    "fiction": 0.335,
    "nonfiction": 0.285,
    "series": 0.09,
    "foreign": 0.10,  # in one of 30 other languages
    "generic": 0.025,
    "set": 0.035,
    "yearbook": 0.015,
    "music": 0.06,
    "film": 0.055,
}
ENGLISH: Share = 0.17  # of fiction and nonfiction, in the original
TRANSLATED: Share = 0.40  # of Swedish fiction; half of what is read is translated
# Languages of "foreign": large mother tongues and neighbours first. Assumed.
LANGUAGES: dict[str, Share] = {
    "ara": 0.11, "per": 0.05, "som": 0.03, "bos": 0.05, "hrv": 0.03, "srp": 0.03, "pol": 0.07,
    "fin": 0.06, "ger": 0.10, "fre": 0.07, "spa": 0.07, "dan": 0.06, "nor": 0.04, "rus": 0.06,
    "tur": 0.03, "kur": 0.02, "ita": 0.02, "alb": 0.02, "rum": 0.015, "hun": 0.015, "por": 0.01,
    "dut": 0.01, "gre": 0.015, "ukr": 0.015, "bul": 0.005, "cze": 0.005, "est": 0.005,
    "lav": 0.003, "lit": 0.003, "ice": 0.004,
}  # fmt: skip
YEARS = (1900, 2012, LAST_YEAR)  # first, most (triangular), last. Assumed: weeded open shelves
OPEN_SHELVES = 1960  # OLD_STOCK is drawn evenly from YEARS[0] on, the rest from this year on
CHILDREN: Share = 0.25  # of fiction. Assumed
OLD_STOCK: Share = 0.12  # the store. Assumed; lul_fre_500 is all of it (median 1907)
NEW_AUTHOR: Share = 0.45  # the others have written before. Assumed
SURNAME_IN_SON: Share = 0.30  # assumed: share of Swedes so named is near it
SECOND_INITIAL: Share = 0.08
SECOND_GIVEN_NAME: Share = 0.06
SMALL_PRESS: Share = 0.35  # assumed
SUBTITLE: dict[str, Share] = {  # measured: 245 $b in evergreen .23, jazz_1k .18, oss .62
    "fiction": 0.20,
    "nonfiction": 0.60,
}
TWO_AUTHORS: Share = 0.16  # measured: 700 in lul_fre_500 .19
CORPORATE: Share = 0.05  # of nonfiction. Measured: 110 in jazz_1k .056, evergreen .015
NO_MAIN_ENTRY: Share = 0.12  # of nonfiction. Measured: no 1XX in evergreen .24, jazz_1k .17
# Of nonfiction, so that of all records it is as measured: 440 or 490 in evergreen .20,
# lul_fre_500 .19, oss .24
SERIES: Share = 0.34

# --- Further editions of a work. Assumed: from what a library shelf shows.
POCKET: Share = 0.40  # of fiction
REPRINT: Share = 0.10
SECOND_EDITION: Share = 0.26  # of nonfiction, and of a second edition a third
FIRST_POCKETS, FIRST_FILMS, FIRST_DISCS, FIRST_E_BOOKS = 1985, 1970, 1995, 2005
LARGE_PRINT: Share = 0.04
AUDIO: dict[str, Share] = {"audio cd": 0.16, "audio mp3": 0.14, "daisy": 0.10}  # of fiction
E_BOOK: Share = 0.05
FILM_OF_THE_BOOK: Share = 0.04
OWN_SCRIPT_TRANSLATED: Share = 0.35  # of foreign works: there is a Swedish edition too
ORIGINAL_HELD: Share = 0.30  # of translated fiction: the English edition is held too
POPULAR_MUSIC: Share = 0.45  # of music: has names of its own
FIRST_CD, FIRST_DVD = 1988, 1999
WHOLE_SET: Share = 0.6  # there are records of the whole set too
SERIAL: Share = 0.4  # and of the yearbook as a serial
SAME_SETTING: Share = 0.35  # a pocket or reprint has the page count of its original

# --- Holdings. Assumed; the one system with items (evergreen) is a loaded demo.
HOLDERS_TAIL = 0.9  # P(n libraries or more) = n ** -0.9: 46 % in one library
ALIKE: Share = 0.5  # an edition is as popular as its family, else by itself. Assumed
HIT: Share = 0.02  # nearly all libraries have it
HIT_HOLDERS = (0.85, 1.0)
ITEMS: tuple[Share, ...] = (0.72, 0.19, 0.09)  # 1, 2, 3 of a record
TWICE: Share = 0.004  # a library has a second record: measured in jazz_1k, 5 pairs in 1,000
ON_LOAN: Share = 0.10  # measured: evergreen items.csv, status 1 .098
MISSING: Share = 0.003  # measured: evergreen items.csv, status 3 .0025
NOT_FOR_LOAN: Share = 0.01  # measured: evergreen items.csv, status 9 and 5 .010

# --- Where a record comes from. Assumed: Swedish public libraries copy most.
SOURCES: dict[str, Share] = {"national": 0.44, "supplier": 0.38, "own": 0.18}
SOURCES_OF_FOREIGN: dict[str, Share] = {
    "national": 0.30,
    "supplier": 0.25,
    "abroad": 0.20,
    "own": 0.25,
}
BRIEF: Share = 0.05  # of own: order records that nobody finished

# --- Numbers
FIRST_ISBN = 1970  # ISO 2108 was published in that year
ISBN_GIVEN: dict[str, Share] = {  # what the edition has, from FIRST_ISBN on
    "book": 0.93,  # measured: 020 in oss .83 of records, less what records lack
    "large print": 0.93,
    "set": 0.55,
    "yearbook": 0.25,
    "audio cd": 0.85,
    "audio mp3": 0.85,
    "daisy": 0.40,
    "e-book": 0.95,
    "score": 0.15,
    "film": 0.0,
    "music": 0.0,
    "serial": 0.0,
}
SET_HAS_ISBN: Share = 0.5  # beside those of its volumes. Assumed
SET_SHARES_ISBN: Share = 0.12  # all volumes of a set bear the set's. Assumed
SET_ISBN_TOO: Share = 0.30  # a volume's record has the set's beside its own
OTHER_BINDING_TOO: Share = 0.04  # of editions after the first of a work. Assumed
REUSED_ISBN: Share = 0.002  # a publisher gave another book's number. Assumed
LOST_ISBN: Share = 0.01  # a copied record lost its ISBN. Assumed; LEFT_OUT for the others
# Assumed: in the files here no check digit is wrong; badisbns.xml shows that there are such
WRONG_CHECK: Share = 0.012
OTHER_ISBN: Share = 0.004  # a record has another edition's of the work (copied and changed)
HYPHENS: Share = 0.22  # of own records; assumed
BOTH_LENGTHS: Share = 0.25  # measured: more than one 020 in evergreen .28, oss .37 of those with
QUALIFIER: Share = 0.30  # measured: "(pbk.)" and such in oss .34, evergreen .18, of those with 020
DISC_NUMBER: Share = 0.80  # of recordings, scores and films. Measured: 024 or 028 in evergreen .40
# of all, where they are half
# Of records copied from the national agency, at libraries that keep it, so that of all records .18
# have it. Measured: 035 (OCoLC), or 001 of that agency, in oss .21, evergreen .15
KEEPS_AGENCY: Share = 0.5  # of libraries
AGENCY_ID_KEPT: Share = 0.88
AGENCY_ID_OF_OTHER: Share = 0.006  # left behind when a record was made from another one

# --- Fields
# What a source leaves out of a record that could have it. The own ones are a fifth of all, the
# supplier's and the national agency's two fifths each; where a figure is measured it is of all.
LEFT_OUT: dict[str, dict[str, Share]] = {
    "national": {
        "dates": 0.02, "responsibility": 0.01, "subtitle": 0.01, "publisher": 0.0, "extent": 0.0,
        "language": 0.0, "isbn": 0.01, "uniform": 0.2, "year": 0.0, "part": 0.0, "body": 0.05,
    },
    "supplier": {
        "dates": 0.35, "responsibility": 0.20, "subtitle": 0.10, "publisher": 0.0, "extent": 0.01,
        "language": 0.0, "isbn": 0.02, "uniform": 0.7, "year": 0.0, "part": 0.0, "body": 0.3,
    },
    "abroad": {
        "dates": 0.15, "responsibility": 0.02, "subtitle": 0.02, "publisher": 0.0, "extent": 0.0,
        "language": 0.0, "isbn": 0.02, "uniform": 0.7, "year": 0.0, "part": 0.0, "body": 0.1,
    },
    "own": {
        "dates": 0.55, "responsibility": 0.35, "subtitle": 0.25, "publisher": 0.08, "extent": 0.12,
        "language": 0.08, "isbn": 0.16, "uniform": 0.9, "year": 0.02, "part": 0.03, "body": 0.4,
    },
}  # fmt: skip
# Measured: 100 without $d in evergreen .25, lul_fre_500 .22; no 245 $c in oss .14, lul_fre_500 .39;
# no 260 or 264 in evergreen .02; no 300 in evergreen .026. Assumed: subtitle, ISBN, uniform title,
# year; the language (evergreen .30, of one load that lost the spaces of 008: COLLAPSED_FIXED)
COLLAPSED_FIXED: Share = 0.01  # 008 with its spaces run together
SUMMARY: dict[str, Share] = {  # measured: 520 in evergreen .25, oss .17 of all
    "national": 0.10, "supplier": 0.55, "abroad": 0.3, "own": 0.05,
}  # fmt: skip
FURTHER_SUBJECTS = (0.9, 0.75, 0.6)  # measured: 6XX a record in evergreen and oss 3.0 in the mean
NOTE: Share = 0.45  # measured: 500 in evergreen .55, oss .29
VARIANT_TITLE: Share = 0.07  # measured: 246 in evergreen .10, oss .05
LINK: Share = 0.08  # 856 of paper, at the national agency. evergreen .36, oss .64: of e-books
RDA_FROM = 2014  # who writes 264 does so from then on. Measured: 264 in evergreen .10
OTHER_YEAR: Share = 0.05  # an own record's year is one off. Assumed
YEAR_LATER: Share = 0.03  # of copied records: the year is one later, as the library's copies say
COPYRIGHT_YEAR: Share = 0.10  # measured: "cYYYY" in 260 $c in evergreen .05, oss .21
MISCOUNTED: Share = 0.08  # an own record's extent is some pages off. Assumed
TYPO: Share = 0.02  # in an own record's title: a letter lost, doubled or swapped. Assumed
TRUNCATED: Share = 0.003  # title cut off by an old system. Assumed
OTHER_PUBLISHER_FORM: Share = 0.45  # of own records. Assumed
NO_MARKS: Share = 0.003  # å, ä, ö and accents lost. Assumed

# --- Letters
ROMANISED: dict[str, Share] = {  # of records in other scripts
    "with 880": 0.40,  # measured: 880 in evergreen .017 of all
    "romanised only": 0.33,
    "own script only": 0.22,
    "two 245": 0.05,  # as in nepali.marc
}
SECOND_SCHEME: Share = 0.35  # romanised by the other table. Assumed
ENCODINGS: dict[str, Share] = {  # leader/09 and bytes, of libraries' records
    "utf-8": 0.70,
    "decomposed": 0.06,  # UTF-8 in NFD: nepali.marc all
    "marc-8": 0.12,  # measured: jazz_1k .96 of those not all ASCII
    "utf-8 said to be marc-8": 0.07,  # assumed
    "marc-8 said to be utf-8": 0.02,  # assumed
    "latin-1 said to be marc-8": 0.02,  # measured: jazz_1k .04 of those not all ASCII
    "latin-1 said to be utf-8": 0.01,  # assumed
}
OWN_ENCODING: Share = 0.85  # a library's records in its usual one; the rest are of older loads
