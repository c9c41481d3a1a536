/*
 * The page's style sheet. Colours are Okabe and Ito's, darkened or lightened until text in them has a contrast of 4.5
 * or more: they differ with every kind of colour vision, and nothing is shown by colour alone.
 */

const LIGHT = `
--paper:#fff;--sunk:#f6f7f8;--ink:#16191d;--muted:#59616b;--line:#e2e5e9;--strong:#c5cad1;
--candidate:#0067a5;--baseline:#b85c00;
--passed:#00704f;--failed:#b3261e;--warning:#8f5f00;--unsure:#6b3fa0;--skipped:#68707a;
--passed-soft:#e7f4ef;--failed-soft:#fcedeb;--warning-soft:#fbf3e0;--unsure-soft:#f2ecf9;`;

const DARK = `
--paper:#14171a;--sunk:#1c2024;--ink:#e8eaed;--muted:#a2aab4;--line:#2c3238;--strong:#474f58;
--candidate:#5db7ee;--baseline:#f0a030;
--passed:#4cc79a;--failed:#ff8a80;--warning:#e5b54a;--unsure:#c3a1ef;--skipped:#939ba5;
--passed-soft:#16291f;--failed-soft:#341d1b;--warning-soft:#2e2614;--unsure-soft:#281f36;`;

export const STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
@media print{:root{color-scheme:light;${LIGHT}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);font:400 1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
code,pre{font-family:ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;font-size:.875em}
th,td,code,pre,dd,li,p{unicode-bidi:isolate}
a{color:var(--candidate)}
:focus-visible{outline:2px solid var(--candidate);outline-offset:3px;border-radius:3px}
main:focus{outline:none}
.skip{position:absolute;left:-999rem;top:.5rem;padding:.5rem 1rem;background:var(--paper);z-index:1}
.skip:focus{left:.5rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}

.layout{max-width:96rem;margin:0 auto;padding:0 clamp(1rem,4vw,3rem)}
main>section{margin:0 0 clamp(3rem,6vw,4.5rem);scroll-margin-top:1.5rem;min-width:0}
.top{padding:1.25rem 0;font-size:.875rem}
.brand{margin:0 0 .5rem;font-weight:600;letter-spacing:.01em}
nav ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.125rem 1.125rem}
nav a{display:inline-block;padding:.2rem 0;color:var(--muted);text-decoration:none}
nav a:hover{color:var(--ink);text-decoration:underline;text-underline-offset:.3em}
@media screen and (min-width:75rem){
.layout{display:grid;grid-template-columns:10.5rem minmax(0,1fr);column-gap:clamp(2rem,4vw,4rem)}
.top{grid-row:1/span 2;position:sticky;top:0;align-self:start;padding:4rem 0 2rem}
.top nav ul{flex-direction:column;gap:.125rem}
main{padding-top:3.4rem}
}

h1{display:flex;gap:.9rem;align-items:flex-start;margin:0 0 1.25rem;font-size:clamp(1.75rem,1.25rem + 2.2vw,2.75rem);line-height:1.12;font-weight:650;letter-spacing:-.022em;text-wrap:balance}
h1 span{min-width:0}
h1 .mark{width:.84em;height:.84em;flex:none;margin-top:.14em}
h2{margin:0 0 1.1rem;padding-top:.9rem;border-top:1px solid var(--strong);font-size:1.3rem;line-height:1.25;font-weight:650;letter-spacing:-.012em}
h3{margin:0 0 .35rem;font-size:1rem;line-height:1.35;font-weight:600}

.project{display:flex;flex-wrap:wrap;gap:.1rem .9rem;margin:1rem 0 -.25rem;overflow-wrap:anywhere}
.project span{color:var(--muted)}
.verdict{margin-top:1rem}
.verdict.passed h1 .mark,.mark.passed{color:var(--passed)}
.deciding{display:flex;flex-wrap:wrap;align-items:baseline;gap:.25rem 1.1rem;margin:0 0 1rem}
.figure-number{font-size:clamp(2.75rem,2rem + 4vw,4.75rem);line-height:1;font-weight:300;letter-spacing:-.035em;font-variant-numeric:tabular-nums lining-nums}
.passed .figure-number{color:var(--passed)}.failed .figure-number{color:var(--failed)}.unsure .figure-number{color:var(--unsure)}.warning .figure-number{color:var(--warning)}
.of{display:flex;flex-wrap:wrap;gap:.1rem .9rem;align-items:baseline;min-width:0;overflow-wrap:anywhere}
.what{font-size:1.125rem;font-weight:600}
.against{color:var(--muted);font-variant-numeric:tabular-nums}
.message{max-width:68ch;font-size:1.0625rem}
.when{margin:.9rem 0 0;color:var(--muted);font-size:.875rem}

.mark{width:1rem;height:1rem;flex:none;vertical-align:-.15em;fill:currentColor}
.mark path{fill:none;stroke:var(--paper);stroke-width:1.9;stroke-linecap:round;stroke-linejoin:round}
.mark path.body{fill:currentColor;stroke:none}
.mark .hollow{fill:none;stroke:currentColor;stroke-width:1.5}
.mark path.dash{stroke:currentColor}
.mark.failed,.status.failed{color:var(--failed)}.mark.warning,.status.warning{color:var(--warning)}
.mark.unsure,.status.unsure{color:var(--unsure)}.mark.skipped,.status.skipped{color:var(--skipped)}.status.passed{color:var(--passed)}
.status{display:inline-flex;gap:.4em;font-weight:600}
.status .mark{margin-top:.22em;width:.95em;height:.95em}

.flow{list-style:none;display:flex;flex-wrap:wrap;gap:1.5rem 0;margin:0 0 1.25rem;padding:0}
.step{flex:1 1 9rem;min-width:0;max-width:17rem;padding-right:1.5rem;position:relative}
.step:not(:last-child)::after{content:"";position:absolute;right:.6rem;top:2.5rem;width:.45rem;height:.45rem;border:solid var(--strong);border-width:1.5px 1.5px 0 0;transform:rotate(45deg)}
.step h3{font-size:.8125rem;font-weight:600;color:var(--muted);margin:0 0 .4rem}
.step ul{list-style:none;margin:0;padding:0;display:grid;gap:.375rem}
.stage{display:grid;grid-template-columns:1rem minmax(0,1fr) auto;gap:.15rem .4rem;align-items:center;padding:.5rem;border:1px solid var(--line);border-radius:.45rem;background:var(--paper);font-size:.8125rem;line-height:1.3}
.stage .name{font-weight:550;grid-column:2/-1;hyphens:auto}
.stage .mark{align-self:start;margin-top:.1em}
.stage .bar{grid-column:2;height:3px;border-radius:1.5px;background:var(--line)}
.stage .time{grid-column:3;color:var(--muted);font-size:.75rem;font-variant-numeric:tabular-nums;text-align:right}
.stage.skipped .bar,.stage.cached .bar{background:none}
.stage .bar span{display:block;height:100%;border-radius:1.5px;background:var(--strong)}
.stage.failed{border-color:var(--failed);background:var(--failed-soft)}
.stage.failed .bar span{background:var(--failed)}
.stage.failed .time{color:inherit}
.stage.unsure{border-color:var(--unsure);background:var(--unsure-soft)}
.stage.unsure .bar span{background:var(--unsure)}
.stage.unsure .time{color:inherit}
.stage.cached{border-style:dashed}
.stage.cached .time{font-style:italic}
.stage.skipped{background:none;border-style:dotted;color:var(--muted)}
.stage.skipped .name{font-weight:400}
@media (max-width:44rem){
.flow{flex-direction:column;gap:1.4rem}
.step{max-width:none;padding:0;flex:none}
.stage .name{grid-column:2}
.stage .time{grid-area:1/3;font-size:inherit}
.stage .bar{grid-area:2/2/2/-1}
.stage.skipped .bar,.stage.cached .bar{display:none}
.step:not(:last-child)::after{right:auto;left:50%;top:auto;bottom:-1.05rem;transform:translateX(-50%) rotate(135deg)}
}

.scroll{overflow-x:auto;max-width:100%;margin:0 0 .5rem;scrollbar-width:thin}
table{border-collapse:collapse;width:100%;font-size:.875rem;line-height:1.45}
th,td{padding:.55rem .55rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{color:var(--muted);font-weight:500;white-space:nowrap;border-bottom-color:var(--strong);vertical-align:bottom}
tbody th{font-weight:550}
.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.text{min-width:19rem}
@media (max-width:44rem){.text{min-width:13rem}}
.text code{overflow-wrap:anywhere}
.interval{color:var(--muted)}
tr.row-failed{background:var(--failed-soft)}tr.row-warning{background:var(--warning-soft)}tr.row-unsure{background:var(--unsure-soft)}
tr.row-skipped>*{color:var(--muted)}
@media screen and (max-width:44rem){
.stacks :is(table,tbody){display:block}
.stacks thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stacks tr{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.15rem .9rem;padding:.55rem;border-bottom:1px solid var(--line)}
.stacks :is(th,td){padding:0;border:0}
.stacks .text{flex:1 0 100%;min-width:0;overflow-wrap:anywhere}
.stacks [data-label]:not(:empty)::before{content:attr(data-label) " ";color:var(--muted)}
}
.values{list-style:none;min-width:11rem;display:flex;flex-wrap:wrap;gap:.1rem .9rem;margin:0;padding:0;font-variant-numeric:tabular-nums}
.bars{display:block;width:6.5rem;height:1.6rem;fill:var(--candidate);opacity:.8}
.findings{margin:0;padding:0;list-style:none}
.findings li+li{margin-top:.3rem}
.marked li{position:relative;padding-left:1.45em}
.marked .mark{position:absolute;left:0;top:.3em;width:.9em;height:.9em}
dl{margin:0}
dd{margin:0}
.facts dd{font-variant-numeric:tabular-nums}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,15rem),1fr));gap:.9rem 2rem;margin:0 0 1.5rem}
.facts dt{color:var(--muted);font-size:.8125rem}

.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,27rem),1fr));gap:clamp(2.25rem,4vw,3.25rem) clamp(2rem,4vw,4rem);align-items:start}
.figure{min-width:0}
.figure.wide{grid-column:1/-1}
.caption{margin:0 0 .7rem;color:var(--muted);font-size:.875rem;max-width:70ch}
.keys{list-style:none;display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;margin:0 0 .5rem;padding:0;font-size:.8125rem;color:var(--muted)}
.keys li{display:flex;align-items:center;gap:.45rem}
.key{display:inline-block;width:.7rem;height:.7rem;flex:none}
.key.candidate{background:var(--candidate);border-radius:50%}
.key.baseline{background:var(--baseline);transform:rotate(45deg) scale(.82)}
.key.broken{background:var(--failed);clip-path:polygon(33% 0,67% 0,67% 33%,100% 33%,100% 67%,67% 67%,67% 100%,33% 100%,33% 67%,0 67%,0 33%,33% 33%)}
.key.interval{width:1.1rem;height:2px;background:currentColor}
.key.percentile{width:0;height:.9rem;border-left:2px dotted currentColor}
.key.zero{width:2px;height:.9rem;background:var(--ink)}
.key.limit{width:0;height:.9rem;border-left:2px dashed var(--failed)}
.key.ideal{width:1.1rem;height:0;border-top:2px dashed var(--muted)}
.drawings{display:grid;gap:.9rem}
.beside .drawings{grid-template-columns:repeat(auto-fit,minmax(min(100%,13rem),1fr));gap:1rem}
.drawing{min-width:0}
.drawing .label{margin:0 0 .2rem;font-size:.8125rem;font-weight:600}
.drawing svg{display:block;overflow:visible;width:100%;max-width:32rem;height:auto;font-family:inherit}
.beside .drawing:not(:only-child) svg{max-width:20rem}
.wide .drawings{grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr))}
.wide .drawing svg{max-width:38rem}
.note{padding:.7rem .9rem;border-left:3px solid var(--warning);background:var(--warning-soft);font-size:.875rem}
details{margin-top:.8rem;font-size:.875rem}
details[open]>summary{margin-bottom:.6rem}
summary{cursor:pointer;color:var(--muted);width:fit-content}
summary:hover{color:var(--ink)}
pre{margin:0 0 1.5rem;padding:1rem 1.1rem;max-height:32rem;overflow:auto;background:var(--sunk);border-radius:.45rem;line-height:1.5;white-space:pre;tab-size:4}
footer{padding:0 0 3rem;color:var(--muted);font-size:.8125rem;grid-column:2}

@media print{
body{font-size:10pt}
nav,.skip,summary{display:none}
.layout{max-width:none;padding:0}
main>section{margin-bottom:1.6rem}
.figure,.stage,tr,.verdict{break-inside:avoid}
h2,h3{break-after:avoid}
.scroll,pre{overflow:visible;max-height:none}
pre{white-space:pre-wrap}
.figures{grid-template-columns:1fr 1fr;gap:1.4rem}
.text{min-width:0}
tr,.stage,.bar,.bar span,.key,.note{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
`.trim();
