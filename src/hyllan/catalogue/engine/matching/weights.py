"""
The model's constants: log-odds of each outcome that two records describe one edition.

PRIOR and WEIGHTS are written by `benchmarks/matching.py --fit`, which says how they are found; an
outcome that is not named weighs nothing. THRESHOLD is chosen for precision: two editions taken for
one send a reader the wrong book, one taken for two costs her a look at the next line.
"""

THRESHOLD = 0.7  # a pair is joined from this probability on
PRIOR = -5.57
WEIGHTS: dict[str, dict[str, float]] = {
    "isbn": {
        "agree": 6.18,
        "agree_in_part": 0.75,
        "share_one": -1.26,
        "differ": -4.39,
        "wrong_alike": 6.17,
        "wrong_close": 1.69,
    },
    "number": {"agree": 5.55, "differ": -5.76},
    "libris": {"agree": 6.04, "differ": -2.62},
    "title": {
        "agree": 3.13,
        "same_words": 3.49,
        "begins": -0.12,
        "nearly": 2.59,
        "other_title": 0.50,
        "alike": -4.72,
        "loosely": -8.21,
        "differ": -7.76,
    },
    "rest": {"agree": 0.00, "alike": 1.32, "differ": -1.09},
    "figures": {"agree": 0.45, "one_has": -3.82, "differ": -3.70},
    "volume": {"agree": 0.07, "one_has": -4.83},
    "name": {
        "agree": 2.91,
        "given_differs": -1.15,
        "mentioned": 1.23,
        "share": -0.68,
        "differ": -4.29,
    },
    "company": {"agree": 0.00, "share": -0.06, "differ": -6.31},
    "year": {"agree": 5.09, "next": -1.68, "near": -2.02, "differ": -6.93},
    "extent": {
        "agree": 3.18,
        "close": -0.77,
        "near": -4.36,
        "differ": -6.10,
        "set_and_part": -8.26,
    },
    "units": {"agree": 0.00, "differ": -3.26},
    "publisher": {"agree": 1.93, "differ": -3.05},
    "edition": {"agree": 2.23, "one_has": -4.26, "one_is_first": 0.55, "new_or_number": -1.24},
    "language": {"share": -0.62},
    "form": {"agree": 0.00},
}
