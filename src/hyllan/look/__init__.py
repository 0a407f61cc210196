"""
What all pages share: base templates, components, design tokens, print styles, icons.

Owns: the look of hyllan as templates, tags, styles and one small script.
Must not: know any room; it is handed what it shows.
Start at: templates/look/base.html, then templatetags/look.py.
"""
