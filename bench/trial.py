import sys, tempfile, time, json
from pathlib import Path
from contextlib import ExitStack
from bench import servers, ways
from bench.measure import *
from bench.product import Home
from bench.vendor import *
N=int(sys.argv[1]); only=sys.argv[2].split(",") if len(sys.argv)>2 else None
def show(r): print(f"{r.way:28} {r.case.channels} d={r.case.delay} N={r.case.contacts} {r.rate:9.0f}/s cpu/1000 {r.cpu_per_1000:.3f} first {r.first:.3f} mem {r.memory/1e6:.0f}MB dup {r.duplicates} lost {r.lost}", flush=True)
with ExitStack() as st:
    folder=Path(st.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
    folder.chmod(0o755)
    stub=st.enter_context(servers.stub()); rd=st.enter_context(servers.redis(folder)); pg=st.enter_context(servers.postgresql(folder/"pg"/"x"))
    stage=Stage(stub,folder,rd,pg.process.pid,pg.url)
    homes={"sqlite":Home(stage,folder/"sqlite",""),"postgresql":Home(stage,folder/"postgresql",pg.url)}
    for n,h in homes.items():
        print(n,"import",h.prepare(N))
    p=homes["sqlite"].ask("preview","mps-technical-difficulties")
    (folder/"wording.json").write_text(json.dumps({"subject":p["email"]["subject"],"text":p["email"]["text"],"html":p["email"]["html"],"sms":p["sms"]["text"]}))
    jobs=[("plain",lambda: ways.loop(stage,"plain","plain",Case(1000))),
     ("http",lambda: ways.loop(stage,"http","bare_http",Case(10000,("sms",)))),
     ("sdk",lambda: ways.loop(stage,"sdk","sdk_texts",Case(10000,("sms",)))),
     ("sdk2",lambda: ways.loop(stage,"sdk2","sdk_texts",Case(10000,("sms",)),2)),
     ("tuned",lambda: ways.loop(stage,"tuned","tuned_texts",Case(10000,("sms",)))),
     ("tuned2",lambda: ways.loop(stage,"tuned2","tuned_texts",Case(10000,("sms",)),2)),
     ("mails",lambda: ways.loop(stage,"mails","prepared_mails",Case(50000,("email",)))),
     ("task",lambda: ways.usual(stage,"task","task",Case(1000))),
     ("notify",lambda: ways.usual(stage,"notify","notify",Case(1000)))]
    for n,j in jobs:
        if only and n not in only: continue
        show(j())
    for n,h in homes.items():
        if only and n not in only: continue
        with h.serving() as pid:
            for ch in (("sms","email"),("sms",),("email",)):
                for d in (0,.08):
                    show(h.send(n,Case(N,ch,d),pid))
