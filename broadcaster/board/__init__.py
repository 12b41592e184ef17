"""What families open: the public notice board, and pages behind links of their own. For a phone, without script.

notices, checking, differing     what was said in public; whether a message is one of ours
publishing, sealing, verifying   the board as signed files that stand anywhere
pages, frame, limits             the pages; what stands around each; how often one may ask
"""
