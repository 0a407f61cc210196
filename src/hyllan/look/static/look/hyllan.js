/* hyllan – small improvements. Every page works without this file. */
(d=>{
const $=(s,r=d)=>r.querySelector(s),$$=(s,r=d)=>[...r.querySelectorAll(s)],on=(e,f)=>d.addEventListener(e,f)
const say=t=>{const o=$('#toast');o.hidden=false;$('p',o).textContent=t;setTimeout(()=>o.hidden=true,8e3)}
const seen=e=>e.offsetParent!==null
const typing=e=>e.matches('textarea,select,[type=text],[type=search],[type=email],[type=password],input:not([type])')
// <a data-open="id"> opens a dialog in place of its page; data-close shuts it; data-print prints
on('click',e=>{
  const b=e.target.closest('[data-open],[data-close],[data-print]'),x=b&&b.dataset
  $$('details.lang[open]').forEach(m=>m.contains(e.target)||(m.open=false))
  if(!b)return
  const box=x.open&&d.getElementById(x.open)
  if(box){e.preventDefault();box.showModal()}
  if('close' in x){e.preventDefault();b.closest('dialog').close()}
  if('print' in x)print()
})
// Work lists: arrows change row; data-key="x" is pressed by x or X while the row has the focus
const first=li=>$$('button,a,input',li).find(seen)
on('keydown',e=>{
  if(e.key=='Escape')$$('details.lang[open]').forEach(m=>{m.open=false;$('summary',m).focus()})
  const li=e.target.closest('.work li')
  if(!li||e.ctrlKey||e.metaKey||e.altKey||typing(e.target))return
  const step={ArrowDown:1,ArrowUp:-1}[e.key]
  if(step){
    const rows=$$('.work li').filter(first),to=rows[rows.indexOf(li)+step]
    if(to){e.preventDefault();first(to).focus()}
    return
  }
  const k=e.key.toLowerCase(),b=k.length==1&&$$('[data-key]',li.closest('[data-keys]')||li).find(b=>b.dataset.key==k&&seen(b)&&(li.contains(b)||!b.closest('.work li')))
  if(b){e.preventDefault();b.click()}
})
// Scanner: a refused code is felt, and the field is ready for the next one
const ready=r=>{
  const f=$$('form[data-scan]',r).find(seen)||$('form[data-scan]')
  if(!f)return
  const s=f.dataset.scan&&d.getElementById(f.dataset.scan),i=$('input:not([type=hidden])',f)
  if(s&&s.matches('.err'))navigator.vibrate?.(300)
  if(i){i.value='';i.focus({preventScroll:true})}
}
on('DOMContentLoaded',()=>{if(!$('.summary'))ready(d)})
on('htmx:afterSettle',e=>{if(e.target.matches('form[data-scan]')||$('form[data-scan]',e.target)||e.detail.elt?.matches?.('form[data-scan]'))ready(d)})
// The server says something in passing: HX-Trigger: {"say": "Sparad."}
on('say',e=>say(e.detail.value))
})(document)
