import { it } from "vitest";
import { parseLog, parseLogs } from "/work/main/test/support/parse-log.js";
import { randomLog } from "/work/main/test/ingest/formats/p4d-text/sample-log.js";
const key=(l:any)=>l.commands.map((c:any)=>JSON.stringify([c.row.pid,c.row.start_s,c.row.end_s,Number(c.row.flags)&~(1024|2048|16),c.row.lapse_ms,c.row.track_lapse_ms,c.row.compute_ms,c.row.args,c.tables.length,c.triggers.length])).sort();
it("x", async()=>{
  let bad=0;
  for(let seed=0;seed<150&&bad<2;seed++){ const log=Buffer.from(randomLog(seed,6)); const w=key(await parseLog(log)); let n=0;
   for(let cut=0;cut<=log.length;cut+=3){ const h=key(await parseLogs([log.subarray(0,cut),log.subarray(cut)])); if(JSON.stringify(h)!==JSON.stringify(w)){ bad++; if(n++>0) continue; console.log("seed",seed,"cut",cut,"\n"+log.toString().slice(0,cut)+"<<<CUT>>>"+log.toString().slice(cut)); console.log("WHOLE",w.filter((x:any)=>!h.includes(x)),"SPLIT",h.filter((x:any)=>!w.includes(x))); } }
   }
},600000);
