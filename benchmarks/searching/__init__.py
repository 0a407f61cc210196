"""
hyllan's search beside two real peers: the same documents, the same questions, the same run.

corpus.py fills a home with a catalogue, documents.py gives the peers the same documents,
questions.py draws the mix, worker.py runs one engine in a process of its own, figures.py and
report.py say how they did. Start at: engines.py for what an engine must do.
"""
