"""
The model's constants: log-odds of each outcome that two records describe one edition.

PRIOR and WEIGHTS are written by `benchmarks/matching.py --fit`, which says how they are found; an
outcome that is not named weighs nothing. THRESHOLD is chosen for precision: two editions taken for
one send a reader the wrong book, one taken for two costs her a look at the next line.
"""

THRESHOLD = 0.7  # a pair is joined from this probability on
PRIOR = -4.82
WEIGHTS: dict[str, dict[str, float]] = {
    "isbn": {
        "agree": 6.14,
        "agree_in_part": 0.31,
        "share_one": -1.28,
        "differ": -4.42,
        "wrong_alike": 6.26,
        "wrong_close": 1.76,
    },
    "number": {"agree": 5.61, "differ": -5.82},
    "libris": {"agree": 6.11, "differ": -2.68},
    "title": {
        "agree": 2.79,
        "same_words": 3.51,
        "begins": -0.18,
        "nearly": 2.18,
        "other_title": 0.46,
        "alike": -4.18,
        "loosely": -7.96,
        "differ": -7.87,
    },
    "rest": {"agree": 0.00, "alike": 1.29, "differ": -1.23},
    "figures": {"agree": 0.26, "one_has": -3.80, "differ": -3.75},
    "volume": {"agree": 0.04, "one_has": -4.77},
    "name": {
        "agree": 2.58,
        "given_differs": 0.00,
        "mentioned": 1.25,
        "share": -0.71,
        "differ": -3.80,
    },
    "company": {"agree": 0.08, "share": -0.01, "differ": -6.26},
    "year": {"agree": 4.97, "next": -1.68, "near": -1.96, "differ": -6.97},
    "extent": {
        "agree": 3.09,
        "close": -0.80,
        "near": -4.45,
        "differ": -6.17,
        "set_and_part": -8.26,
    },
    "units": {"agree": 0.00, "differ": -3.32},
    "publisher": {"agree": 1.76, "differ": -3.06},
    "edition": {"agree": 2.21, "one_has": -4.17, "one_is_first": 0.55, "new_or_number": -1.26},
    "language": {"share": -0.63},
    "form": {"agree": 0.00, "one_has": -9.12},
}
