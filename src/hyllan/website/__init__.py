"""
The public site: pages, languages and "did this information help you?" under every page.

Owns: public pages (Wagtail) and remarks to the editors.
Must not: hold rules of any other room; it shows what they answer.
Start at: models.py, then views.py.
"""
