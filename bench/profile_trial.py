import sys, tempfile, json, subprocess
from pathlib import Path
from contextlib import ExitStack
from bench import servers
from bench.measure import *
from bench.product import Home
N=int(sys.argv[1])
def show(r): print(f"{r.way:28} {r.case.channels} d={r.case.delay} N={r.case.contacts} {r.rate:9.0f}/s cpu/1000 {r.cpu_per_1000:.3f} first {r.first:.3f} mem {r.memory/1e6:.0f}MB dup {r.duplicates} lost {r.lost}", flush=True)
with ExitStack() as st:
    folder=Path(st.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
    folder.chmod(0o755)
    stub=st.enter_context(servers.stub()); rd=st.enter_context(servers.redis(folder)); pg=st.enter_context(servers.postgresql(folder/"pg"/"x"))
    stage=Stage(stub,folder,rd,pg.process.pid,pg.url)
    for n,db in (("sqlite",""),("postgresql",pg.url)):
        if n not in sys.argv[2]: continue
        h=Home(stage,folder/n,db)
        print(n,"import",h.prepare(N),flush=True)
        with h.serving() as pid:
            for ch in (("sms",),("email",)):
                show(h.send(n,Case(N,ch),pid))
                from bench.accounting import tree, cpu_seconds
                ws={p:Path(f"/proc/{p}/cmdline").read_bytes().decode().split("\0") for p in tree([pid])}
                workers=[p for p,w in ws.items() if "worker" in w]
                spies=[subprocess.Popen(["/tmp/benchvenv/bin/py-spy","record","-p",str(p),"-r","200","-d","600","-f","raw","-g","-o",f"/tmp/prof-{n}-{ch[0]}-{i}.raw","--full-filenames"],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL) for i,p in enumerate(workers[:1])]
                import time; time.sleep(1)
                show(h.send(n,Case(N,ch),pid))
                for s in spies:
                    s.send_signal(2); s.wait()
                before={p:cpu_seconds([p]) for p in ws}
                r=h.send(n,Case(N,ch),pid); show(r)
                for p,w in ws.items(): print("   ", " ".join(w[-4:])[:60], round(cpu_seconds([p])-before[p],2))
                if db: print("    postgres cum", cpu_seconds([pg.process.pid]))
