"""A broadcast is written in four steps, each a page that saves as one goes: what, who, when and how, check.

step       what the four have in common: open the draft, save what was typed, tell of whoever saved meanwhile
what, who, when, check         the steps, each a form and what stands beside it
showing    the message as a family gets it, beside every step
trying     a test of it to oneself
opening    the list of drafts, beginning one, throwing one away
"""
