import Database from "better-sqlite3";
import { readFileSync, rmSync, statSync } from "node:fs";
import { RecordWriter } from "/work/main/src/casedb/record-writer.js";
import { RECORD_TABLES } from "/work/main/src/contracts/record-batch.js";
const path = "/tmp/bench.case"; rmSync(path,{force:true}); rmSync(path+"-wal",{force:true});
const db = new Database(path);
const mode = process.argv[2] ?? "WAL";
db.pragma("locking_mode=EXCLUSIVE"); db.pragma(`journal_mode=${mode}`); db.pragma(`synchronous=${process.argv[3] ?? "NORMAL"}`); db.pragma("wal_autocheckpoint=8000"); db.pragma("cache_size=-65536");
db.exec(readFileSync("/work/main/src/casedb/migrations/001-initial.sql","utf8"));
const w = new RecordWriter(db);
const N=1000, T=8;
const cw=RECORD_TABLES.command.numbers.length, tw=RECORD_TABLES.table_use.numbers.length;
const names=Array.from({length:60},(_,i)=>"db.t"+i);
let tC=0,tT=0; let off=0;
const total=60;
let tCommit=0;
for(let b=0;b<total;b++){
  const cn=new Float64Array(N*cw).fill(NaN); const ct:string[]=[];
  for(let i=0;i<N;i++){ const k=i*cw; off+=2000; [1,off/50|0,off,120,(off/50|0)+2,off+100,(off/50|0)+3,off+200,(off/50|0)+5,off+300].forEach((v,j)=>{cn[k+j]=v});
   cn[k+11]=15; cn[k+12]=1000+i; cn[k+13]=1.7e9+b; cn[k+14]=1.7e9+b; for(let j=15;j<36;j++)cn[k+j]=j*7%50; cn[k+48]=3; cn[k+49]=Math.floor(Math.random()*2**52);
   ct.push("user"+i%50,"ws-"+i%100,"10.1.2."+i%255,"p4/2023.1/LINUX26X86_64/123","user-sync","//depot/path/to/"+i+"/...");}
  const tn=new Float64Array(N*T*tw).fill(NaN); const tt:string[]=[];
  for(let i=0;i<N*T;i++){const k=i*tw; tn[k]=i/T|0; tn[k+1]=i%T; tn[k+2]=1; tn[k+3]=(off/50|0)+i; tn[k+4]=off+i*50; tn[k+5]=(off/50|0)+i+3;tn[k+6]=off+i*50+100;
   tn[k+8]=3;tn[k+9]=0;tn[k+10]=4; for(let j=15;j<22;j++)tn[k+j]=j%3; if(i%2){for(let j=22;j<26;j++)tn[k+j]=i%1000;} tt.push(names[i%60]!,"");}
  let t0=performance.now();
  if(!db.inTransaction) db.exec("BEGIN IMMEDIATE");
  w.writeCommands({commands:{table:"command",rowCount:N,numbers:cn,texts:ct},children:[]}); tC+=performance.now()-t0;
  t0=performance.now();
  (w as any).nextCommandId-=N;
  w.writeCommands({commands:{table:"command",rowCount:0,numbers:new Float64Array(0),texts:[]},children:[{table:"table_use",rowCount:N*T,numbers:tn,texts:tt}]}); (w as any).nextCommandId+=N; tT+=performance.now()-t0;
  t0=performance.now(); if(b%3==2) db.exec("COMMIT"); tCommit+=performance.now()-t0;
}
if(db.inTransaction)db.exec("COMMIT");
console.log(mode, "command rows/s",(N*total/tC*1000)|0,"table_use rows/s",(N*T*total/tT*1000)|0,"commit ms",tCommit|0, "total rows/s", (N*(T+1)*total/(tC+tT+tCommit)*1000)|0);
console.log(w.takeLost());
let t0=performance.now(); db.exec("CREATE INDEX a ON table_use(worst_ms) WHERE worst_ms>=100"); console.log("index worst",performance.now()-t0|0);
t0=performance.now(); db.exec("CREATE INDEX b ON command(processkey)"); console.log("index key",performance.now()-t0|0);
db.pragma("journal_mode=DELETE"); db.close(); console.log(statSync(path).size/1e6,"MB");
