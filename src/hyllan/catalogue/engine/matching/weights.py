"""The model's constants: log-odds of each outcome that two records describe one edition."""

PRIOR = -2.0
THRESHOLD = 0.9  # a pair is joined from this probability on
WEIGHTS: dict[str, dict[str, float]] = {
    "isbn": {
        "agree": 7.0,
        "agree_in_part": 5.0,
        "differ": -6.0,
        "wrong_alike": 5.0,
        "wrong_close": 5.0,
    },
    "number": {"agree": 5.0, "differ": -3.0},
    "libris": {"agree": 5.0, "differ": -3.0},
    "title": {
        "agree": 2.0,
        "same_words": 1.5,
        "begins": 0.5,
        "nearly": 1.0,
        "alike": -1.0,
        "loosely": -4.0,
        "other_title": 1.0,
        "differ": -7.0,
    },
    "rest": {"agree": 1.0, "alike": 0.5, "differ": -1.5},
    "figures": {"agree": 1.0, "one_has": -2, "differ": -5.0},
    "volume": {"agree": 1.5, "one_has": -3.0, "differ": -9.0},
    "name": {"agree": 1.5, "given_differs": -1.0, "mentioned": 1.0, "share": 0.0, "differ": -3.0},
    "company": {"agree": 1.0, "share": 0.5, "differ": -1.5},
    "year": {"agree": 2.0, "next": -0.5, "near": -2.5, "differ": -4.0},
    "extent": {"agree": 2.0, "close": 1.0, "near": -0.5, "differ": -2.0, "set_and_part": -5.0},
    "units": {"agree": 0.5, "differ": -2.0},
    "publisher": {"agree": 1.0, "differ": -2.0},
    "edition": {
        "agree": 1.0,
        "one_is_first": 0.3,
        "one_has": -0.5,
        "new_or_number": -1.0,
        "differ": -5.0,
    },
    "language": {"agree": 0.5, "share": 0.0, "differ": -8.0},
    "form": {"agree": 0.5, "one_has": -3.0, "differ": -8.0},
    "material": {"agree": 0.0, "differ": -8.0},
}
