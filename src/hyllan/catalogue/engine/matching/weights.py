"""
The model's constants: log-odds of each outcome that two records describe one edition.

PRIOR and WEIGHTS are written by `benchmarks/matching.py --fit`, which says how they are found; an
outcome that is not named weighs nothing. THRESHOLD is chosen for precision: two editions taken for
one send a reader the wrong book, one taken for two costs her a look at the next line.
"""

THRESHOLD = 0.7  # a pair is joined from this probability on
PRIOR = -6.60
WEIGHTS: dict[str, dict[str, float]] = {
    "isbn": {
        "agree": 5.77,
        "agree_in_part": -1.21,
        "share_one": -1.25,
        "differ": -4.98,
        "wrong_alike": 6.14,
        "wrong_close": 3.77,
    },
    "number": {"agree": 5.39, "differ": -5.81},
    "libris": {"agree": 5.64, "differ": -3.66},
    "title": {
        "agree": 1.47,
        "same_words": 3.01,
        "begins": -0.21,
        "nearly": 1.99,
        "other_title": -0.72,
        "alike": -5.08,
        "loosely": -11.54,
        "differ": -11.04,
        "nearly_not_isbn": -4.91,
    },
    "rest": {"agree": 0.00, "alike": 1.05, "differ": -0.47},
    "figures": {"agree": 0.00, "one_has": -3.53, "differ": -3.68},
    "volume": {"agree": 0.00, "one_has": -4.93},
    "name": {
        "agree": 2.77,
        "given_differs": -1.14,
        "mentioned": 1.24,
        "share": -2.07,
        "differ": -4.57,
    },
    "company": {"agree": 0.10, "share": -0.77, "differ": -8.17},
    "year": {"agree": 7.13, "next": 1.61, "near": -6.65, "differ": -7.61},
    "extent": {
        "agree": 3.70,
        "close": -0.65,
        "near": -5.48,
        "differ": -6.95,
        "set_and_part": -9.25,
    },
    "units": {"agree": 0.00, "differ": -4.02},
    "publisher": {"agree": 2.69, "differ": -2.54, "label_differs": -6.19},
    "edition": {"agree": 2.77, "one_has": -3.73, "one_is_first": 0.51, "new_or_number": -1.28},
    "language": {"share": -0.61},
    "form": {"agree": 0.25},
}
