/* Suggestions as one types: a combobox with a list (WAI-ARIA). The search works without this file. */
(d=>{
const box=d.querySelector('[data-suggest]')
if(!box)return
const field=box.querySelector('[name=q]'),list=box.querySelector('[role=listbox]'),said=box.querySelector('[role=status]')
const PAUSE=150,LEAST=2
let at=-1,timer,asking,asked=''
const options=()=>[...list.children]
const set=(name,value)=>field.setAttribute(name,value)
const choose=n=>{
  at=n
  options().forEach((o,i)=>o.setAttribute('aria-selected',i===n))
  if(n<0)field.removeAttribute('aria-activedescendant')
  else{set('aria-activedescendant',options()[n].id);options()[n].scrollIntoView({block:'nearest'})}
}
const show=open=>{list.hidden=!open;set('aria-expanded',open);choose(-1)}
const shut=()=>{clearTimeout(timer);asking?.abort();asked='';said.textContent='';show(false)}
const take=o=>{field.value=o.dataset.value;shut();field.form.requestSubmit()}
const ask=async()=>{
  const text=field.value.trim()
  if(text===asked)return
  asking?.abort()
  if(text.length<LEAST)return shut()
  asked=text
  asking=new AbortController()
  try{
    const answer=await fetch(box.dataset.suggest+'?q='+encodeURIComponent(text.slice(0,100)),{signal:asking.signal})
    if(!answer.ok)return shut()
    const found=await answer.text()
    if(text!==asked||d.activeElement!==field)return
    list.innerHTML=found // made by our own template, which escapes
    const n=options().length
    show(n>0)
    said.textContent=n===1?said.dataset.one:n?said.dataset.many.replace('{n}',n):''
  }catch{}
}
set('role','combobox');set('aria-controls',list.id);set('aria-autocomplete','list');set('autocomplete','off')
show(false)
field.addEventListener('input',()=>{clearTimeout(timer);timer=setTimeout(ask,PAUSE)})
field.addEventListener('keydown',e=>{
  const all=options(),step={ArrowDown:1,ArrowUp:-1}[e.key]
  if(e.key==='Escape'&&!list.hidden){e.preventDefault();return shut()}
  if(list.hidden||e.isComposing)return
  if(e.key==='Enter'&&at>=0){e.preventDefault();return take(all[at])}
  if(!step)return
  e.preventDefault()
  // Past the ends no option is chosen: Enter then searches for what is written
  const n=at+step
  choose(n>=all.length?-1:n<-1?all.length-1:n)
})
list.addEventListener('mousedown',e=>e.preventDefault())
list.addEventListener('click',e=>{const o=e.target.closest('[role=option]');if(o)take(o)})
field.addEventListener('blur',shut)
field.form.addEventListener('submit',shut)
})(document)
