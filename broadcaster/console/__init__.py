"""The console: the pages where staff write, approve, send, watch and look things up.

guard      who may open a page: nobody, unless the page says so
frame      what stands around every page
signing_in, welcome            accounts, second factors, the first administrator
home, watching, ...            a module for each page, its template beside it in templates/console/
"""
