"""The demo: a made-up district, everything on one machine, two broadcasts, and the proof that nothing was lost or sent
twice.
"""
