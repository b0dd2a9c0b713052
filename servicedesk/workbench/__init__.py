"""How people work at their screens: saved views, drafts, canned replies, changes of many requests at once, who looks at what.

Nothing here changes a request by itself: it calls the actions of the slices below.
"""
