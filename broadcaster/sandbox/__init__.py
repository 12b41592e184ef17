"""The simulated vendors: Twilio's and SendGrid's HTTP, faults on demand, and an inbox of what each family would see.

Stands apart from the house: it imports `broadcaster.text` only and speaks HTTP, as the vendors do. The way in is
`app.run(options.Options(...))`; `magic` lists the addresses that fail on purpose, `faults` the switches.
"""
