/** The page's style sheet: one set of colours for light, one for dark; holds and waits differ in shape, not only in colour. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--ground:#f4f5f7;--card:#fff;--ink:#1a1f26;--muted:#5a6673;--rule:#dde2e8;--link:#17579c;
--held:#2c66a8;--on-held:#fff;--wait:#b25c00;--root:#b4232a;--critical:#b4232a;--major:#b84a00;--warning:#8f6400;--info:#17579c;--good:#1c7a4a;--code:#f0f2f5;
--sans:"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",system-ui,sans-serif;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace}
@media screen and (prefers-color-scheme:dark){:root{--ground:#11151a;--card:#191f26;--ink:#e3e8ee;--muted:#98a5b3;--rule:#2d3640;--link:#82b6f0;
--held:#6fa8e6;--on-held:#0d1319;--wait:#eda24c;--root:#ff7a76;--critical:#ff7a76;--major:#ff9a5c;--warning:#e0b04a;--info:#82b6f0;--good:#5fcf95;--code:#222a33}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 var(--sans);overflow-wrap:anywhere}
main,.top,footer{max-width:1180px;margin:0 auto;padding:0 24px}
h1,h2,h3,h4,p,ul,ol,dl,pre{margin:0}
h1{font-size:25px;line-height:1.28;font-weight:640;letter-spacing:-.012em;max-width:52em;text-wrap:pretty}
h2{font-size:18px;line-height:1.3;margin-bottom:10px}
h3{font-size:15px;line-height:1.3;margin-bottom:8px}
h4{font-size:12.5px;color:var(--muted);font-weight:600;margin:14px 0 6px}
h3+h4{margin-top:0}
a{color:var(--link);text-decoration:none}
a:hover{text-decoration:underline}
a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
code,pre,.pid{font-family:var(--mono);font-size:12.5px}
small,.small{font-size:13px}
.muted,.note{color:var(--muted)}
.note{font-size:13px;margin-bottom:10px;max-width:80em}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.lost{color:var(--major)}
.alive{color:var(--root)}
.top{display:flex;gap:8px 28px;align-items:baseline;flex-wrap:wrap;padding-top:14px;padding-bottom:12px;font-size:13.5px}
.top strong{font-family:var(--mono);font-size:15px}
.top nav{display:flex;flex-wrap:wrap;gap:2px 18px}
.banner,.card,.block,.figures{background:var(--card);border:1px solid var(--rule);border-radius:6px}
.banner{--tone:var(--muted);padding:20px 24px;border-left:6px solid var(--tone)}
.banner.critical{--tone:var(--critical)}.banner.major{--tone:var(--major)}.banner.warning{--tone:var(--warning)}.banner.info{--tone:var(--info)}.banner.clear{--tone:var(--good)}
.verdict{color:var(--tone);font-weight:650;margin-bottom:6px}
.verdict .sep{color:var(--rule);font-weight:400;padding:0 4px}
.when{margin-top:10px;font-variant-numeric:tabular-nums}
.banner .sure{display:flex;align-items:center;gap:8px;margin:2px 0 4px}
.meter{display:inline-block;width:110px;height:7px;border:1px solid var(--muted);border-radius:4px;overflow:hidden}
.meter i{display:block;height:100%;background:var(--muted)}
.banner ul{padding-left:20px;margin:2px 0 10px}
.banner ul+p{margin-top:10px}.when+p{margin-top:10px}
.figures{display:grid;grid-template-columns:repeat(6,1fr);margin-top:12px}
.figures div{padding:12px 16px;border-left:1px solid var(--rule);display:flex;flex-direction:column-reverse;justify-content:flex-end}
.figures div:first-child{border-left:0}
.figures dt{font-size:12.5px;line-height:1.35;color:var(--muted)}
.figures dd{margin:0;font-size:21px;line-height:1.3;font-weight:620;font-variant-numeric:tabular-nums;letter-spacing:-.01em}
.figures dd small{display:block;font-size:12px;font-weight:400;color:var(--muted);letter-spacing:0}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:12px;margin-top:12px}
.card,.block{padding:16px 20px}
.block{margin-top:12px}
.card.root{border-top:3px solid var(--root)}
.card{border-top:3px solid var(--rule)}
.who{font-size:17px;margin-bottom:6px}
.who .pid{font-size:14px;color:var(--root);font-weight:700}
pre{white-space:pre-wrap;background:var(--code);border-radius:4px;padding:6px 10px;line-height:1.45}
.command{font-weight:600;border-left:3px solid var(--muted)}
.facts{margin-top:10px;font-size:14px}
.facts>div{display:grid;grid-template-columns:104px 1fr;gap:12px;padding:3px 0}
.facts dt{color:var(--muted)}
.facts dd{margin:0}
.facts ul{padding-left:18px}
.settings{columns:2;column-gap:32px}.settings>div{grid-template-columns:1fr 1fr;break-inside:avoid}
.actions{list-style:none;padding:0}
.actions li{padding:0 0 10px}
.actions pre{margin:5px 0}
.tag{display:inline-block;font-size:11.5px;line-height:1.45;padding:0 6px;border:1px solid var(--rule);border-radius:3px;color:var(--muted);white-space:nowrap}
.tag.safe,.tag.clear,.tag.observe{color:var(--good);border-color:currentColor}
.tag.risky,.tag.warning,.tag.skipped,.tag.warn{color:var(--warning);border-color:currentColor}
.tag.never,.tag.critical,.tag.failed,.tag.root{color:var(--critical);border-color:currentColor;font-weight:650}
.tag.major,.tag.fired,.tag.alert{color:var(--major);border-color:currentColor}
.tag.info{color:var(--info);border-color:currentColor}
.legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:2px 18px;font-size:12.5px;margin-bottom:8px}
.legend svg{vertical-align:-2px;margin-right:6px}
.controls{display:flex;flex-wrap:wrap;gap:8px 22px;align-items:center;font-size:13px;padding:8px 0;border-top:1px solid var(--rule)}
.controls[hidden]{display:none}
.controls label{display:flex;align-items:center;gap:6px}
.controls input,.controls select,.controls button{font:inherit;color:inherit;background:var(--card);border:1px solid var(--muted);border-radius:4px;padding:2px 6px;max-width:240px}
.controls input[type=range]{padding:0;width:150px;accent-color:var(--link)}
.controls input[type=number]{width:72px}
.controls button{width:28px}
.controls output{color:var(--muted);font-variant-numeric:tabular-nums}
.timeline{overflow-x:auto;overscroll-behavior-x:contain}
.timeline-inner{width:calc(100% * var(--zoom,1));min-width:100%}
.lane{display:grid;grid-template-columns:148px minmax(0,1fr);border-top:1px solid var(--rule)}
.lane[hidden]{display:none}
.lane.axis{border-top:0}
.lane-name{position:sticky;left:0;z-index:1;background:var(--card);padding:5px 10px 5px 0;font-size:12.5px;line-height:1.3}
.lane-name b{font-family:var(--mono);font-weight:600;display:block}
.curve .lane-name b{font-family:var(--sans)}
.lane-name small{font-size:11.5px;color:var(--muted)}
.lane svg{display:block;overflow:hidden}
.tick,.bar-label{font:11.5px var(--sans);fill:var(--muted);font-variant-numeric:tabular-nums}
.bar-label{fill:var(--ink);pointer-events:none;paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round}
.bar-label.on{stroke:none}
.bar-label.on.write{fill:var(--on-held)}
svg.bar-label{stroke:none;overflow:visible}
.label-ground{fill:var(--card)}
.grid{stroke:var(--rule);stroke-width:1;shape-rendering:crispEdges}
.bar{stroke-width:1;vector-effect:non-scaling-stroke}
.bar.held{stroke:var(--held)}
.bar.held.read{fill:color-mix(in srgb,var(--held) 16%,var(--card));stroke-width:1.6}
.bar.held.write{fill:var(--held)}
.bar.held.root{stroke:var(--root);stroke-width:2}
.bar.held.read.root{fill:color-mix(in srgb,var(--root) 20%,var(--card))}
.bar.held.write.root{fill:var(--root)}
.bar.wait{stroke:var(--wait);stroke-width:.7}
.bar.wait.read{fill:url(#hatch-read)}
.bar.wait.write{fill:url(#hatch-write)}
.bar.pointed{stroke:var(--ink);stroke-width:2}
.filtered{display:none}
.hatch-ground{fill:color-mix(in srgb,var(--wait) 14%,var(--card))}
.hatch-line{stroke:var(--wait);stroke-width:1.6}
.area{fill:color-mix(in srgb,var(--muted) 24%,transparent)}
.curve-line{fill:none;stroke:var(--muted);stroke-width:1.5;vector-effect:non-scaling-stroke}
.mark{fill:var(--root)}
.bar-detail{font-size:13px;margin-top:8px;padding:6px 10px;background:var(--code);border-radius:4px}
.defs{position:absolute}
.tree{font-size:14px;overflow-x:auto}
.tree ul{list-style:none;padding-left:22px}
.tree>ul{padding-left:0}
.tree li{position:relative;padding:2px 0}
.tree ul ul>li::before,.tree ul ul>li::after{content:"";position:absolute;left:-14px;border-color:var(--rule);border-style:solid;border-width:0}
.tree ul ul>li::before{top:0;bottom:0;border-left-width:1px}
.tree ul ul>li:last-child::before{bottom:auto;height:14px}
.tree ul ul>li::after{top:14px;width:10px;border-top-width:1px}
.tree .more>details>ul{padding-left:0}
.tree .more>details>ul>li::before,.tree .more>details>ul>li::after{content:none}
.node{display:flex;flex-wrap:wrap;gap:0 8px;align-items:baseline}
.node .pid{color:var(--muted)}
.node.root .pid{color:var(--root);font-weight:700}
.below{color:var(--muted)}
.waited{font-variant-numeric:tabular-nums;white-space:nowrap}
.wait-bar{display:inline-block;height:8px;margin-right:6px;background:repeating-linear-gradient(45deg,var(--wait) 0 2px,transparent 2px 4px);border:1px solid var(--wait)}
.refs a{font-family:var(--mono);font-size:12px}
.evidence{list-style:none;padding:0}
.evidence li{display:grid;grid-template-columns:52px 1fr;padding:10px 0;border-top:1px solid var(--rule);scroll-margin-top:12px}
.evidence li:first-child{border-top:0;padding-top:2px}
.evidence li:target{background:color-mix(in srgb,var(--link) 10%,transparent)}
.eid{font-family:var(--mono);font-size:12.5px;font-weight:700;padding-top:2px}
.place{margin:1px 0 5px}
table{border-collapse:collapse;width:100%;font-size:13.5px}
th,td{text-align:left;vertical-align:top;padding:6px 14px 6px 0;border-top:1px solid var(--rule)}
th:last-child,td:last-child{padding-right:0}
thead th{border-top:0;color:var(--muted);font-weight:600;font-size:12.5px}
th.num{text-align:right}
tfoot th,tfoot td{font-weight:600}
tr[hidden]{display:none}
.scroll{overflow-x:auto}
details.passage{border-top:1px solid var(--rule);padding:6px 0}
details.passage pre{margin:6px 0;max-height:28em;overflow:auto}
details.other{border-top:1px solid var(--rule);padding:8px 0}
summary{cursor:pointer}
details.other>summary{padding:2px 0}
.other .block,.other .card,.other .figures{background:transparent}
footer{color:var(--muted);font-size:12.5px;padding-top:18px;padding-bottom:32px}
@media (max-width:900px){.pair{grid-template-columns:1fr}.figures{grid-template-columns:repeat(3,1fr)}.figures div:nth-child(4){border-left:0}.figures div:nth-child(n+4){border-top:1px solid var(--rule)}}
@media (max-width:620px){main,.top,footer{padding-left:12px;padding-right:12px}.banner,.card,.block{padding:14px}h1{font-size:20px}
.figures{grid-template-columns:1fr 1fr}.figures div{padding:10px 14px}.figures div:nth-child(odd){border-left:0}.figures div:nth-child(even){border-left:1px solid var(--rule)}.figures div:nth-child(n+3){border-top:1px solid var(--rule)}
.figures dd{font-size:18px}.settings{columns:1}.facts>div{grid-template-columns:88px 1fr}
.lane{grid-template-columns:minmax(0,1fr)}.lane-name b,.lane-name small{display:inline;margin-right:8px}.tick.odd,.bar-label.wait{display:none}.evidence li{grid-template-columns:38px 1fr}
.stack thead{display:none}.stack tr{display:block;border-top:1px solid var(--rule);padding:6px 0}.stack td,.stack th{display:block;border:0;padding:1px 0;text-align:left;white-space:normal}.stack [data-label]::before{content:attr(data-label);display:inline-block;min-width:84px;color:var(--muted);font-weight:400}}
@media print{:root{--ground:#fff;--card:#fff;--ink:#000;--muted:#444;--rule:#bbb;--link:#000;--held:#2c66a8;--on-held:#fff;--wait:#b25c00;--root:#b4232a;--code:#f3f3f3}
body{font-size:10.5pt}.top nav,.controls{display:none}.banner,.card,.figures,.evidence li,.lane{break-inside:avoid}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
