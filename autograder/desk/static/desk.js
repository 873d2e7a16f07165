// made by `make widgets`; with preact and htm, see licences.txt
var about={...document.documentElement.dataset},course=about.course,most=Number(about.most),address=(...parts)=>[about.base,...parts.map(encodeURIComponent)].join("/"),jupyter=path=>about.jupyter+path,Failed=class extends Error{constructor(text,status){super(text),this.status=status}};async function ask(url,options){let answer=await fetch(url,{credentials:"same-origin",...options}).catch(()=>null);if(!answer)throw new Failed("The server does not answer. Is it still running?",0);let text=await answer.text(),said=null;try{said=JSON.parse(text)}catch{}if(!answer.ok){let login=answer.status===403?" Load the page again to log in.":"";throw new Failed((said?.message??`${answer.status} ${answer.statusText}`)+login,answer.status)}return said}var get=(...parts)=>ask(address("api",...parts),{}),news=(id,since)=>ask(`${address("api","jobs",id)}?since=${since}`,{}),post=(parts,record={},keepalive=!1)=>ask(address("api",...parts),{method:"POST",headers:{"Content-Type":"application/json","X-XSRFToken":about.token},body:JSON.stringify(record),keepalive}),upload=file=>ask(`${address("api","uploads")}?kind=${encodeURIComponent(file.name.split(".").at(-1)?.toLowerCase()??"")}`,{method:"POST",headers:{"X-XSRFToken":about.token},body:file});var n,t,r,u,i,f,o,e,l,c,a,s,h=Symbol.for("pv"),p={},y=[],v=/^m(i|n|o|s|text|space)$/,w=Array.isArray,d=y.slice,_=Object.assign;function g(n3){n3&&n3.parentNode&&n3.remove()}function k(n3,t4,r3){var u3,i3,f3,o3={},e3=arguments.length;for(f3 in t4)f3=="key"?u3=t4[f3]:f3=="ref"&&typeof n3!="function"?i3=t4[f3]:o3[f3]=t4[f3];return e3>2&&(o3.children=e3>3?d.call(arguments,2):r3),m(n3,o3,u3,i3,null)}function m(r3,u3,i3,f3,o3){var e3={type:r3,props:u3,key:i3,ref:f3,__k:null,__:null,__b:0,__e:null,__c:null,constructor:h,__v:o3||++t,__i:-1,__u:0};return!o3&&n.vnode&&n.vnode(e3),e3}function $(n3){return n3.children}function x(n3,t4){this.props=n3,this.context=t4,this.__g=0}function S(n3,t4){if(t4==null)return n3.__&&S(n3.__,n3.__i+1);for(var r3;t4<n3.__k.length;t4++)if((r3=n3.__k[t4])&&r3.__e)return r3.__e;return typeof n3.type!="function"||n3.props.__P?null:S(n3)}function C(t4){var r3,u3=t4.__v,i3=u3.__e,f3=[],o3=[],e3=t4.__P;e3&&((r3=_({constructor:h},u3)).__v=u3.__v+1,n.vnode&&n.vnode(r3),z(e3,r3,u3,t4.__n,e3.namespaceURI,32&u3.__u?[i3]:null,f3,i3||S(u3),32&u3.__u,o3),r3.__v=u3.__v,r3.__.__k[r3.__i]=r3,E(f3,r3,o3),u3.__=u3.__e=null,r3.__e!=i3&&j(r3))}function j(n3){if((n3=n3.__)&&n3.__c&&!n3.props.__P)return n3.__e=null,n3.__k.some(function(t4){return t4&&(n3.__e=t4.__e)}),j(n3)}function L(t4){(8&t4.__g||(t4.__g|=8,u.push(t4),f++))&&i==n.debounceRendering||((i=n.debounceRendering)||queueMicrotask)(H)}function H(){try{for(var n3,t4=1;u.length;)u.length>t4&&u.sort(o),n3=u.shift(),t4=u.length,8&n3.__g&&C(n3)}finally{(f=u.length)&&(i||queueMicrotask)(H)}}function I(n3,t4,r3,u3,i3,f3,o3,e3,l3,c3,a3){var s3,h3,v3,w3,d3,_3,g3=u3.__k||y,k3=t4.length;for(l3=q(r3,t4,g3,l3,k3),s3=0;s3<k3;s3++)(v3=r3.__k[s3])!=null&&(h3=~v3.__i&&g3[v3.__i]||p,v3.__i=s3,_3=z(n3,v3,h3,i3,f3,o3,e3,l3,c3,a3),w3=v3.__e,(h3.ref!=v3.ref||8&h3.__u)&&(h3.ref&&G(h3.ref,null,v3,h3),v3.ref&&a3.push(v3.ref,v3.__c||w3,v3)),d3=d3||w3,4&v3.__u?(l3=A(v3,l3,n3,!h3.__v),h3.__e&&(h3.__e=null)):typeof v3.type=="function"&&_3!==void 0?l3=_3:w3&&(l3=w3.nextSibling),v3.__u&=-21);return r3.__e=d3,l3}function q(n3,t4,r3,u3,i3){var f3,o3,e3,l3,c3,a3,s3,p3,y3,v3=r3.length,d3=v3,_3=0,g3=0,k3=n3.__k=Array(i3);for(f3=0;f3<i3;f3++)(o3=t4[f3])!=null&&typeof o3!="boolean"&&typeof o3!="function"?(typeof o3!="object"||o3.constructor===String?o3=k3[f3]=m(null,o3):w(o3)?o3=k3[f3]=m($,{children:o3}):o3.constructor===h&&o3.__b?o3=k3[f3]=m(o3.type,o3.props,o3.key,o3.ref,o3.__v):k3[f3]=o3,l3=f3+_3,o3.__=n3,o3.__b=n3.__b+1,e3=null,~(c3=o3.__i=P(o3,r3,l3,d3))&&(d3--,(e3=r3[c3])&&(e3.__u|=2)),e3&&e3.__v?(o3.__u|=16,c3==l3-1?_3--:c3==l3+1?_3++:c3!=l3&&(c3>l3?_3--:_3++,g3=1)):(~c3||(i3>v3?_3--:i3<v3&&_3++),typeof o3.type!="function"&&(o3.__u|=4))):k3[f3]=null;if(g3){for(a3=[],s3=[],f3=0;f3<i3;f3++)if((o3=k3[f3])&&16&o3.__u){for(_3=0,p3=a3.length;_3<p3;)a3[y3=_3+p3>>1]<o3.__i?_3=y3+1:p3=y3;a3[_3]=o3.__i,s3[f3]=_3+1}for(_3=a3.length;f3--;)s3[f3]&&(s3[f3]==_3?_3--:k3[f3].__u|=4)}if(d3)for(f3=0;f3<v3;f3++)!(e3=r3[f3])||2&e3.__u||(e3.__e==u3&&(u3=S(e3)),J(e3,e3));return u3}function A(n3,t4,r3,u3){var i3,f3,o3,e3;if(typeof n3.type=="function"){if(n3.props.__P)return t4;if(i3=n3.__k)for(f3=0;f3<i3.length;f3++)i3[f3]&&(i3[f3].__=n3,t4=A(i3[f3],t4,r3,!1));return t4}for(t4&&!t4.parentNode&&(t4=S(n3))&&!t4.parentNode&&(t4=null),o3=n3.__e,e3=t4;e3&&e3.nodeType==8;)e3=e3.nextSibling;for(o3!=e3&&(!u3&&r3.moveBefore&&o3.parentNode?r3.moveBefore(o3,t4):r3.insertBefore(o3,t4||null)),t4=o3;(t4=t4&&t4.nextSibling)&&t4.nodeType==8&&!t4.data.startsWith("$s"););return t4}function P(n3,t4,r3,u3){var i3,f3=n3.key,o3=n3.type,e3=t4[r3],l3=e3&&!(2&e3.__u);if(e3===null&&f3==null||l3&&f3==e3.key&&o3==e3.type)return r3;if(u3>(l3?1:0)){for(i3=r3-1;i3>=0;i3--)if((e3=t4[i3])&&!(2&e3.__u)&&f3==e3.key&&o3==e3.type)return i3;for(i3=r3+1;i3<t4.length;i3++)if((e3=t4[i3])&&!(2&e3.__u)&&f3==e3.key&&o3==e3.type)return i3}return-1}function T(n3,t4,r3){r3==null&&(r3=""),t4[0]=="-"?n3.setProperty(t4,r3):n3[t4]=r3}function N(n3,t4,r3,u3,i3){var f3,o3;if(t4=="style")if(typeof r3=="string")n3.style.cssText=r3;else{if(typeof u3=="string"&&(n3.style.cssText=u3=""),u3)for(t4 in u3)r3&&t4 in r3||T(n3.style,t4);if(r3)for(t4 in r3)u3&&r3[t4]==u3[t4]||T(n3.style,t4,r3[t4])}else if(t4[0]=="o"&&t4[1]=="n")typeof r3!="function"&&(r3=null),typeof u3!="function"&&(u3=null),(n3.__e||(n3.__e={}))[t4]=r3,r3&&u3||(o3=a[t4]||(a[t4]=V(t4)),(n3.__a||(n3.__a={}))[t4]=c,f3=t4!=(t4=t4.replace(l,"$1")),(t4=t4.slice(2))[0]<"a"&&(t4=t4.toLowerCase()),r3?n3.addEventListener(t4,o3,f3):n3.removeEventListener(t4,o3,f3));else{if(i3=="http://www.w3.org/2000/svg")t4=t4.replace(/xlink(H|:h)/,"h").replace(/sName$/,"s");else if(t4!="width"&&t4!="height"&&t4!="href"&&t4!="list"&&t4!="form"&&t4!="tabIndex"&&t4!="download"&&t4!="rowSpan"&&t4!="colSpan"&&t4!="role"&&t4!="popover"&&t4 in n3)try{return void(n3[t4]=r3??"")}catch{}if(typeof r3=="function")return;r3==null||r3===!1&&t4[4]!="-"?n3.removeAttribute(t4):n3.setAttribute(t4,t4=="popover"&&r3==1?"":r3)}}function V(t4){return function(r3){var u3=this.__e;if(u3){if(u3=u3[t4],r3[e]==null)r3[e]=c++;else if(r3[e]<this.__a[t4])return;return u3(n.event?n.event(r3):r3)}}}function z(t4,r3,u3,i3,f3,o3,e3,l3,c3,a3){var s3,p3,v3,d3,k3,b2,m3,M,C3,j2,L2,H2,q2,A3,O,P2,T3,N2,V2=r3.type;if(r3.constructor!==h)return null;128&u3.__u&&(c3=32&u3.__u,s3=u3.__c.__z)&&(r3.__u|=c3,p3=o3=[],s3.nodeType==8?l3=B(s3,o3):o3.push(s3),l3=o3[0]||l3),(s3=n.__b)&&s3(r3);n:if(typeof V2=="function"){v3=e3.length;try{if(M=r3.props,C3=(s3=V2.prototype)&&s3.render,j2=(s3=V2.contextType)&&i3[s3.__c],L2=s3?j2?j2.props.value:s3.__:i3,(d3=u3.__c)?(r3.__c=d3,2&d3.__g&&(d3.__g|=1)):(C3?r3.__c=d3=new V2(M,L2):(r3.__c=d3=new x(M,L2),d3.constructor=V2,d3.render=K),j2&&j2.sub(d3),d3.state||(d3.state={}),d3.__n=i3,d3.__g|=8,d3.__h=[],d3.__k=[]),C3&&(d3.__s||(d3.__s=d3.state),V2.getDerivedStateFromProps&&(d3.__s==d3.state&&(d3.__s=_({},d3.__s)),_(d3.__s,V2.getDerivedStateFromProps(M,d3.__s)))),k3=d3.props,b2=d3.state,d3.__v=r3,u3.__c){if(M!==k3&&C3&&!V2.getDerivedStateFromProps&&d3.componentWillReceiveProps&&d3.componentWillReceiveProps(M,L2),r3.__v==u3.__v&&!(8&d3.__g)||!(4&d3.__g)&&d3.shouldComponentUpdate&&d3.shouldComponentUpdate(M,d3.__s,L2)===!1){r3.__v!=u3.__v&&(d3.props=M,d3.state=d3.__s,d3.__g&=-9),r3.__e=u3.__e,r3.__k=u3.__k,r3.__k.some(function(n3){n3&&(n3.__=r3)}),y.push.apply(d3.__h,d3.__k),d3.__k=[],d3.__h.length&&e3.push(d3),l3=S(u3);break n}d3.componentWillUpdate&&d3.componentWillUpdate(M,d3.__s,L2),C3&&d3.componentDidUpdate&&d3.__h.push(function(){d3.componentDidUpdate(k3,b2,m3)})}else C3&&!V2.getDerivedStateFromProps&&d3.componentWillMount&&d3.componentWillMount(),C3&&d3.componentDidMount&&d3.__h.push(d3.componentDidMount);d3.context=L2,d3.props=M,d3.__P=t4,d3.__g&=-5,H2=n.__r,q2=C3?25:0;do d3.__g&=-9,H2&&H2(r3),s3=d3.render(d3.props,d3.state=d3.__s,d3.context);while(8&d3.__g&&++q2<25);C3&&(y.push.apply(d3.__h,d3.__k),d3.__k=[]),d3.state=d3.__s,d3.getChildContext&&(i3=_({},i3,d3.getChildContext())),C3&&u3.__c&&d3.getSnapshotBeforeUpdate&&(m3=d3.getSnapshotBeforeUpdate(k3,b2)),A3=s3&&s3.type===$&&s3.key==null?s3.props.children:s3,M.__P&&(s3=l3,f3=(t4=M.__P).namespaceURI,c3=o3=null,u3.props&&u3.props.__P!=t4&&(u3.__k.some(function(n3){n3&&J(n3,n3)}),u3.__k=null),l3=u3.__k?S(u3,0):null),l3=I(t4,w(A3)?A3:[A3],r3,u3,i3,f3,o3,e3,l3,c3,a3),M.__P&&(r3.__e=null,l3=s3),r3.__u&=-161,p3&&p3.some(g),d3.__h.length&&e3.push(d3),1&d3.__g&&(d3.__g&=-4)}catch(t5){if(e3.length=v3,r3.__v=null,c3||o3)if(t5&&t5.then){if(r3.__u|=128|c3,o3){for(~(T3=o3.indexOf(l3||void 0))||(T3=o3.length);(N2=o3[T3-1])&&N2.nodeType==8;)T3--;for(;T3<o3.length;T3++)if(N2=o3[T3])if(o3[T3]=null,O){if(N2==P2)break}else{if(N2.nodeType!=8)break;N2.data.startsWith("$s")&&(P2=B(O=N2))}}if(!O){for(;l3&&l3.nodeType==8&&l3.nextSibling;)l3=l3.nextSibling;O=l3}(s3=B(O=r3.__c.__z||(r3.__c.__z=O)))?(r3.__e=O,l3=s3):r3.__e=l3,l3=l3&&l3.nextSibling}else o3&&o3.some(g);else r3.__e=u3.__e;r3.__k||(r3.__k=u3.__k||[]),t5&&t5.then||D(r3),n.__e(t5,r3,u3)}}else l3=r3.__e=F(u3.__e,r3,u3,i3,f3,o3,e3,c3,a3,t4);return(s3=n.diffed)&&s3(r3),l3}function B(n3,t4){if(n3&&n3.nodeType==8&&n3.data.startsWith("$s"))for(var r3=1;n3=n3.nextSibling;){if(n3.nodeType==8){if(n3.data.startsWith("$s"))r3++;else if(n3.data.startsWith("/$s")&&!--r3)return n3}t4&&t4.push(n3)}}function D(n3){n3&&(n3.__c&&(n3.__c.__g|=4),n3.__k&&n3.__k.some(D))}function E(t4,r3,u3){for(var i3=0;i3<u3.length;)G(u3[i3++],u3[i3++],u3[i3++]);n.__c&&n.__c(r3,t4),t4.some(function(r4){try{t4=r4.__h,r4.__h=[],t4.some(function(n3){n3.call(r4)})}catch(t5){n.__e(t5,r4.__v)}})}function F(t4,r3,u3,i3,f3,o3,e3,l3,c3,a3){var s3,h3,y3,_3,k3,b2,m3,M,$2=u3.props||p,x2=r3.props,C3=r3.type;if(C3=="svg"?f3="http://www.w3.org/2000/svg":C3=="math"?f3="http://www.w3.org/1998/Math/MathML":f3||(f3="http://www.w3.org/1999/xhtml"),o3){for(s3=0;s3<o3.length;s3++)if((k3=o3[s3])&&(C3?k3.localName==C3:k3.nodeType==3)){t4=k3,o3[s3]=null;break}}if(!t4){if(M=a3.ownerDocument||document,!C3)return M.createTextNode(x2);t4=M.createElementNS(f3,C3,x2.is?x2:a3),l3&&(n.__m&&n.__m(r3,o3),l3=!1),o3=null}if(C3){if(a3=C3=="template"&&t4.content||t4,o3=C3=="textarea"&&x2.defaultValue!=null?null:o3&&d.call(a3.childNodes),!l3&&o3)for($2={},s3=0;s3<t4.attributes.length;s3++)$2[(k3=t4.attributes[s3]).name]=k3.value;for(s3 in $2)k3=$2[s3],s3=="dangerouslySetInnerHTML"?y3=k3:s3=="children"||s3 in x2||s3=="value"&&"defaultValue"in x2||s3=="checked"&&"defaultChecked"in x2||N(t4,s3,null,k3,f3);for(s3 in x2)k3=x2[s3],s3=="children"?_3=k3:s3=="dangerouslySetInnerHTML"?h3=k3:s3=="value"?b2=k3:s3=="checked"?m3=k3:l3&&typeof k3!="function"||$2[s3]===k3||N(t4,s3,k3,$2[s3],f3);h3?(l3||y3&&(h3.__html==y3.__html||h3.__html==t4.innerHTML)||(t4.innerHTML=h3.__html),r3.__k=[]):(y3&&(t4.textContent=""),(C3=="foreignObject"||f3=="http://www.w3.org/1998/Math/MathML"&&v.test(C3))&&(f3="http://www.w3.org/1999/xhtml"),I(a3,w(_3)?_3:[_3],r3,u3,i3,f3,o3,e3,o3?o3[0]:u3.__k&&S(u3,0),l3,c3),o3&&o3.some(g)),l3&&C3!="textarea"||(s3="value",C3=="progress"&&b2==null?t4.removeAttribute(s3):b2==null||b2===t4[s3]&&(C3!="progress"||b2)||N(t4,s3,b2,$2[s3],f3),s3="checked",m3!=null&&m3!=t4[s3]&&N(t4,s3,m3,$2[s3],f3))}else $2===x2||l3&&t4.data==x2||(t4.data=x2);return t4}function G(t4,r3,u3,i3){try{typeof t4=="function"?r3?r3.__x=t4(r3)||1:i3&&(i3=i3.__c||i3.__e)&&(r3=i3.__x)&&(i3.__x=null,typeof r3=="function"?r3():t4(null)):t4.current=r3}catch(t5){n.__e(t5,u3)}}function J(t4,r3,u3){var i3,f3,o3,e3;if(n.unmount&&n.unmount(t4),!(i3=t4.ref)||i3.current&&i3.current!=t4.__e||G(i3,null,r3,t4),i3=t4.__c){if(i3.componentWillUnmount)try{i3.componentWillUnmount()}catch(t5){n.__e(t5,r3)}i3.__P=i3.__n=null}if(i3=t4.__k)for(e3=0;e3<i3.length;e3++)i3[e3]&&J(i3[e3],r3,typeof t4.type!="function"||u3&&!t4.props.__P);!u3&&(i3=t4.__c)&&(i3=i3.__z)&&(f3=B(i3,o3=[]))&&(i3==t4.__e&&o3.some(g),g(f3),g(i3)),u3||g(t4.__e),t4.__e=t4.__c=t4.__=null}function K(n3,t4,r3){return this.constructor(n3,r3)}function Q(t4,r3){var u3,i3,f3,o3;n.__&&n.__(t4,r3),r3.nodeType==9&&(r3=r3.documentElement),i3=(u3=t4&&32&t4.__u)?null:r3.__k,r3.__k=m($,{children:[t4]}),f3=[],o3=[],z(r3,r3.__k,i3||p,p,r3.namespaceURI,i3?null:r3.firstChild?d.call(r3.childNodes):null,f3,i3?i3.__e:r3.firstChild,u3,o3),E(f3,r3.__k,o3),r3.__k.props.children=null}n={__e:function(n3,t4,r3,u3){for(var i3,o3,e3;t4=t4.__;)if((i3=t4.__c)&&!(1&i3.__g)){i3.__g|=4;try{if((e3=(o3=i3.constructor)&&o3.getDerivedStateFromError)&&i3.setState(o3.getDerivedStateFromError(n3)),i3.componentDidCatch&&(i3.componentDidCatch(n3,u3||{}),e3=1),e3&&8&i3.__g)return void(i3.__g|=2)}catch(t5){n3=t5}}throw f=0,n3}},t=0,r=function(n3){return n3!=null&&n3.constructor===h},x.prototype.setState=function(n3,t4){var r3=this.__s;r3&&r3!=this.state||(r3=this.__s=_({},this.state)),typeof n3=="function"&&(n3=n3(_({},r3),this.props)),n3&&(_(r3,n3),this.__v&&(t4&&this.__k.push(t4),L(this)))},x.prototype.forceUpdate=function(n3){this.__v&&(this.__g|=4,n3&&this.__h.push(n3),L(this))},x.prototype.render=$,u=[],f=0,o=function(n3,t4){return n3.__v.__b-t4.__v.__b},e=Symbol(),l=/(PointerCapture)$|Capture$/i,c=0,a={},s=0;var t2,r2,u2,i2,o2=Object.is,f2=0,c2=[],e2=[],a2=n,v2=a2.__b,l2=a2.__r,m2=a2.diffed,h2=a2.__c,s2=a2.unmount,p2=a2.__;function y2(n3,t4){a2.__h&&a2.__h(r2,n3,f2||t4),f2=0;var u3=r2.__H||(r2.__H={__:[],__h:[]});return n3>=u3.__.length&&u3.__.push({}),u3.__[n3]}function d2(n3){return f2=1,_2(G2,n3)}function _2(n3,u3,i3){var f3=y2(t2++,2);if(f3.t=n3,!f3.__c&&(f3.__=[i3?i3(u3):G2(void 0,u3),function(n4){var t4=(f3.__N||f3.__)[0],r3=f3.t(t4,n4);o2(t4,r3)||(f3.__N=[r3,f3.__[1]],f3.__c.setState({}))}],f3.__c=r2,!r2.__f)){r2.__f=!0;var c3=r2.shouldComponentUpdate;r2.shouldComponentUpdate=function(n4,t4,r3){var u4=this.__H;if(!u4)return!0;var i4=!1,f4=this.props!=n4;if(u4.__.some(function(n5){n5.__N&&(i4=!0,o2(n5.__[0],n5.__N[0])||(f4=!0))}),c3){var e3=c3.call(this,n4,t4,r3);return i4?e3||f4:e3}return!i4||f4}}return f3.__}function A2(n3,u3){var i3=y2(t2++,3);!a2.__s&&E2(i3.__H,u3)&&(i3.__P=!0,i3.__=n3,i3.u=u3,r2.__H.__h.push(i3))}function T2(n3){return f2=5,w2(function(){return{current:n3}},[])}function w2(n3,r3){var u3=y2(t2++,7);return E2(u3.__H,r3)&&(u3.__=n3(),u3.__H=r3),u3.__}function b(n3,t4){return f2=8,w2(function(){return n3},t4)}function g2(){var n3;do{for(;n3=e2.shift();)try{C2(n3)}catch(t5){a2.__e(t5,{__:(n3=n3.__P)&&n3.__v})}for(;n3=c2.shift();){var t4=n3.__H;if(n3.__P&&t4)try{t4.__h.some(C2),t4.__h.some(D2),t4.__h=[]}catch(r3){t4.__h=[],a2.__e(r3,n3.__v)}}}while(e2.length)}a2.__b=function(n3){r2=null,v2&&v2(n3)},a2.__=function(n3,t4){n3&&t4.__k&&t4.__k.__m&&(n3.__m=t4.__k.__m),p2&&p2(n3,t4)},a2.__r=function(n3){l2&&l2(n3),t2=0;var i3=(r2=n3.__c).__H;i3&&(u2==r2?r2.__h=[]:(i3.__h.some(C2),i3.__h.some(D2),t2=0),i3.__h=[],i3.__.some(function(n4){n4.__N&&(n4.__=n4.__N),n4.u=n4.__N=void 0})),u2=r2},a2.diffed=function(n3){m2&&m2(n3);var t4=n3.__c;t4&&t4.__H&&(t4.__H.__h.length&&B2(c2.push(t4)),t4.__H.__.some(function(n4){n4.u&&(n4.__H=n4.u)})),u2=r2=null},a2.__c=function(n3,t4){t4.some(function(n4){try{n4.__h.some(C2),n4.__h=n4.__h.filter(function(n5){return!n5.__||D2(n5)})}catch(t5){n4.__h=[function(){throw t5}]}}),h2&&h2(n3,t4)},a2.unmount=function(n3){s2&&s2(n3);var t4,r3,u3=n3.__c;u3&&u3.__H&&(u3.__H.__.some(function(u4){try{if(u4.__P&&u4.__c){if(r3===void 0){for(r3=n3.__;r3&&(!r3.__c||!r3.__c.__P);)r3=r3.__;r3=r3&&r3.__c}u4.__P=r3,B2(e2.push(u4))}else C2(u4)}catch(n4){t4=n4}}),u3.__H=void 0,t4&&a2.__e(t4,u3.__v))};var k2=typeof requestAnimationFrame=="function";function z2(n3){var t4,r3=function(){clearTimeout(u3),k2&&cancelAnimationFrame(t4),setTimeout(n3)},u3=setTimeout(r3,35);k2&&(t4=requestAnimationFrame(r3))}function B2(n3){n3!=1&&i2==a2.requestAnimationFrame||((i2=a2.requestAnimationFrame)||z2)(g2)}function C2(n3){var t4=r2,u3=n3.__c;typeof u3=="function"&&(n3.__c=void 0,u3()),r2=t4}function D2(n3){var t4=r2;n3.__c=n3.__(),r2=t4}function E2(n3,t4){return!n3||n3.length!=t4.length||t4.some(function(t5,r3){return!o2(t5,n3[r3])})}function G2(n3,t4){return typeof t4=="function"?t4(n3):t4}var n2=function(t4,s3,r3,e3){var u3;s3[0]=0;for(var h3=1;h3<s3.length;h3++){var p3=s3[h3++],a3=s3[h3]?(s3[0]|=p3?1:2,r3[s3[h3++]]):s3[++h3];p3===3?e3[0]=a3:p3===4?e3[1]=Object.assign(e3[1]||{},a3):p3===5?(e3[1]=e3[1]||{})[s3[++h3]]=a3:p3===6?e3[1][s3[++h3]]+=a3+"":p3?(u3=t4.apply(a3,n2(t4,a3,r3,["",null])),e3.push(u3),a3[0]?s3[0]|=2:(s3[h3-2]=0,s3[h3]=u3)):e3.push(a3)}return e3},t3=new Map;function htm_module_default(s3){var r3=t3.get(this);return r3||(r3=new Map,t3.set(this,r3)),(r3=n2(this,r3.get(s3)||(r3.set(s3,r3=(function(n3){for(var t4,s4,r4=1,e3="",u3="",h3=[0],p3=function(n4){r4===1&&(n4||(e3=e3.replace(/^\s*\n\s*|\s*\n\s*$/g,"")))?h3.push(0,n4,e3):r4===3&&(n4||e3)?(h3.push(3,n4,e3),r4=2):r4===2&&e3==="..."&&n4?h3.push(4,n4,0):r4===2&&e3&&!n4?h3.push(5,0,!0,e3):r4>=5&&((e3||!n4&&r4===5)&&(h3.push(r4,0,e3,s4),r4=6),n4&&(h3.push(r4,n4,0,s4),r4=6)),e3=""},a3=0;a3<n3.length;a3++){a3&&(r4===1&&p3(),p3(a3));for(var l3=0;l3<n3[a3].length;l3++)t4=n3[a3][l3],r4===1?t4==="<"?(p3(),h3=[h3],r4=3):e3+=t4:r4===4?e3==="--"&&t4===">"?(r4=1,e3=""):e3=t4+e3[0]:u3?t4===u3?u3="":e3+=t4:t4==='"'||t4==="'"?u3=t4:t4===">"?(p3(),r4=1):r4&&(t4==="="?(r4=5,s4=e3,e3=""):t4==="/"&&(r4<5||n3[a3][l3+1]===">")?(p3(),r4===3&&(h3=h3[0]),r4=h3,(h3=h3[0]).push(2,0,r4),r4=0):t4===" "||t4==="	"||t4===`
`||t4==="\r"?(p3(),r4=2):e3+=t4),r4===3&&e3==="!--"&&(r4=4,h3=h3[0])}return p3(),h3})(s3)),r3),arguments,[])).length>1?r3:r3[0]}var html=htm_module_default.bind(k);function keepFocus(){let last=null,around=[];addEventListener("focusin",event=>{last=event.target,around=[];for(let each=last.parentElement;each;each=each.parentElement)around.push(each)});let look=()=>{if(!last||document.activeElement!==document.body||last.isConnected&&!last.disabled)return;let place2=around.find(each=>each.isConnected&&each.matches("article, section, form, main"));place2&&(place2.hasAttribute("tabindex")||(place2.tabIndex=-1),place2.focus({preventScroll:!0}))},how={childList:!0,subtree:!0,attributes:!0,attributeFilter:["disabled"]};new MutationObserver(look).observe(document.body,how)}function useRead(read,when){let[value,setValue]=d2(null),[error,setError]=d2(""),[turn,setTurn]=d2(0);return A2(()=>{let mine=!0;return read().then(got=>{mine&&(setValue(()=>got),setError(""))},fault=>mine&&setError(fault.message)),()=>{mine=!1}},[...when,turn]),[value,error,b(()=>setTurn(now=>now+1),[])]}var points=number2=>number2==null?"–":`${Math.round(number2*100)/100}`,percent=share=>share==null?"–":`${Math.round(share*100)} %`,counted=(number2,noun)=>`${number2} ${noun}${number2===1?"":"s"}`,Fault=({text})=>text?html`<p class="fault" role="alert">${text}</p>`:null,Person=({id,names})=>html`<strong>${id}</strong>${names[id]?` ${names[id]}`:""}`,number=text=>({number:text}),Table=({title,heads,children})=>html`
  <div class="wide" tabindex="0" role="region" aria-label=${`Table: ${title}`}>
    <table>
      <caption class="unseen">
        ${title}
      </caption>
      <thead>
        <tr>
          ${heads.map(head=>html`<th scope="col" class=${head.number?"number":""}>${head.number??head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${children}
      </tbody>
    </table>
  </div>
`,Field=({label,children,hint})=>html`
  <label class="field"><span>${label}</span>${children}${hint?html`<small>${hint}</small>`:null}</label>
`,Tick=({label,checked,onChange})=>html`
  <label class="tick">
    <input
      type="checkbox"
      checked=${checked}
      onChange=${event=>onChange(event.target.checked)}
    />
    ${label}
  </label>
`;function Command({text}){let[copied,setCopied]=d2(!1);return html`<div class="command">
    <code tabindex="0">${text}</code>
    <button type="button" class="small" onClick=${()=>navigator.clipboard?.writeText(text).then(()=>setCopied(!0))}>${copied?"Copied":"Copy"}</button>
  </div>`}var Folded=({title,items,open=!1})=>items.length?html`<details open=${open}>
        <summary>${title}</summary>
        <ul>
          ${items.map(item=>html`<li>${item}</li>`)}
        </ul>
      </details>`:null;var FEW=5,TAKEN=["collected","updated"],WORDS={collected:"collected",updated:"replaced by a newer one",unchanged:"unchanged"},needsPerson=row=>row.doubt||["kept","unmatched","unreadable"].includes(row.what);function Collected({record,job,names:known2,start:Start2}){let names={...known2,...record.names},rows=record.rows,odd=rows.filter(needsPerson),reasons={};for(let row of odd)(reasons[row.doubt||row.why]??=[]).push(row);let late=rows.filter(row=>row.late),taken=rows.filter(row=>TAKEN.includes(row.what)),name=row=>html`<${Person} id=${row.student||row.where} names=${names} />`,other=rows.filter(row=>row.notes.length||row.renamed.length||row.extended||row.draft);return html`<h2>
      ${record.assignment} from ${record.source}${record.dry_run?": nothing is taken yet":""}
    </h2>
    ${odd.length?html`<p>${odd.length} for you to look at:</p>
            ${Object.entries(reasons).map(([why,these])=>html`<${Folded}
                  title=${`${these.length}: ${why}`}
                  open=${these.length<=FEW}
                  items=${these.map(row=>html`${name(row)} <small>(${row.detail||row.where})</small>`)}
                />`)}`:html`<p>Nothing for you to look at.</p>`}
    ${[...TAKEN,"unchanged","left"].map(what=>{let these=rows.filter(row=>row.what===what);return html`<${Folded}
        title=${`${these.length} ${WORDS[what]??"left: drafts"}${record.dry_run&&these.length&&TAKEN.includes(what)?" if you take it":""}`}
        items=${these.map(row=>html`${name(row)}: ${row.files.join(", ")||row.where}`)}
      />`})}
    <${Folded} title=${`${late.length} late`} items=${late.map(row=>html`${name(row)}: ${row.late}`)} />
    <${Folded}
      title=${`${other.length} with a remark`}
      items=${other.map(row=>html`${name(row)}${`: ${[row.draft&&"a draft",row.extended,...row.renamed,...row.notes].filter(Boolean).join("; ")}`}`)}
    />
    ${Object.entries(record.missing).map(([known3,students])=>html`<${Folded}
          title=${`${students.length} ${known3}`}
          items=${students.map(id=>html`<${Person} id=${id} names=${names} />`)}
        />`)}
    ${record.remarks.map(remark=>html`<p>${remark}</p>`)}
    ${record.dry_run?html`<${Start2}
            request=${()=>({...job.request,dry_run:!1})}
            disabled=${!taken.length&&!record.remarks.length}
            >${taken.length?`Take ${counted(taken.length,"submission")}`:"Take it"}<//
          >`:null}`}function Regraded({record,job,names,start:Start2}){let{mean_before:before,mean_after:after}=record,moved=[...record.moved].sort((one,other)=>loss(one)-loss(other)),cells=byCell(moved),up=moved.filter(each=>each.after>each.before).length,down=moved.filter(each=>each.after<each.before).length;return html`<h2>
      ${`${record.dry_run?"What a regrade would change":"What the regrade changed"} in ${record.assignment}`}
    </h2>
    <p>
      ${[`${counted(record.submissions,"submission")}: ${up} up, ${down} down, ${record.submissions-up-down} as before.`,before===null?"":`Mean ${points(before)} before, ${points(after)} after.`,record.waiting?`${counted(record.waiting,"submission")} with answers that wait for a person.`:""].join(" ")}
    </p>
    ${record.dry_run?html`<${Start2} request=${()=>({...job.request,dry_run:!1})}>Regrade for good<//>`:null}
    ${cells.length?html`<${Table} title="Changes by cell" heads=${["cell",number("lose"),number("gain")]}>
            ${cells.map(([name,{down:down2,lost,up:up2,gained}])=>html`<tr>
                  <th scope="row">${name}</th>
                  <td class="number">
                    ${down2?html`${counted(down2,"student")}, <${Gain} by=${lost} />`:"–"}
                  </td>
                  <td class="number">
                    ${up2?html`${counted(up2,"student")}, <${Gain} by=${gained} />`:"–"}
                  </td>
                </tr>`)}
          <//>`:null}
    ${moved.length?html`<${Table}
            title="Changed points"
            heads=${["student","name",number("before"),number("after"),number("change"),"where"]}
          >
            ${moved.map(each=>html`<tr>
                  <th scope="row">${each.student}</th>
                  <td>${names[each.student]}</td>
                  <td class="number">${points(each.before)}</td>
                  <td class="number">${points(each.after)}</td>
                  <td class="number"><${Gain} by=${each.after-each.before} /></td>
                  <td>${where(each)}</td>
                </tr>`)}
          <//>`:null}`}var loss=({before,after})=>after===null?-1/0:before===null?0:after-before;function byCell(moved){let found=new Map,add=(name,by)=>{let cell=found.get(name)??{down:0,lost:0,up:0,gained:0};found.set(name,cell),by<0?(cell.down+=1,cell.lost+=by):(cell.up+=1,cell.gained+=by)};for(let each of moved)for(let[name,by]of Object.entries(each.cells))add(name,by);let cells=[...found].sort(([,one],[,other])=>one.lost-other.lost);found.clear();for(let{penalty}of moved)Math.abs(penalty)>1e-6&&add("late penalty",penalty);return[...cells,...found]}function where({before,after,cells,penalty}){if(before===null||after===null)return`could not be graded ${after===null?"now":"before"}`;let parts=Object.entries(cells).map(([name,by])=>`${name} ${signed(by)}`);return Math.abs(penalty)>1e-6&&parts.push(`late penalty ${signed(penalty)}`),parts.join(", ")}var signed=by=>(by>0?"+":"")+points(by).replace("-","−"),Gain=({by})=>html`<span class=${by>0?"up":by<0?"down":""}>${signed(by)}</span>`;function Repriced({record,names,start:Start2}){return record.moved.length?html`<h2>
      ${`Late work in ${record.assignment}: the points of ${record.moved.length} ${record.applied?"have changed":"would change"}`}
    </h2>
    ${record.applied?null:html`<${Start2} request=${()=>({do:"policy",assignment:record.assignment,apply:!0})}
            >Apply it to all<//
          >`}
    <${Table} title="Changed points" heads=${["student","name",number("before"),number("after"),"why"]}>
      ${record.moved.map(each=>html`<tr>
            <th scope="row">${each.student}</th>
            <td>${names[each.student]}</td>
            <td class="number">${points(each.before)}</td>
            <td class="number">${points(each.after)}</td>
            <td>${each.why}</td>
          </tr>`)}
    <//>`:html`<p>Nobody's points change in ${record.assignment}.</p>`}function Extended({record,names,start:Start2}){return html`<h2>${`More time for ${record.assignment}`}</h2>
    <ul>
      ${record.students.map(id=>html`<li><${Person} id=${id} names=${names} /> until ${record.until.replace("T"," ")} UTC</li>`)}
    </ul>
    <p>
      ${record.days.length?"With it the free days that are used change:":"Nobody's free days change."}
    </p>
    <ul>
      ${record.days.map(each=>html`<li>
            <${Person}
              id=${each.student}
              names=${names}
            />${`, ${each.assignment}: ${each.before} before, ${each.after} now`}
          </li>`)}
    </ul>
    ${record.open.map(name=>html`<${Start2} request=${()=>({do:"policy",assignment:name})}
          >${`See whose points change in ${name}`}<//
        >`)}`}var hasResult=last=>!!(last.Recorded||last.Collected||last.Regraded||last.Repriced||last.Extended),Result=({last,job,names,start:start2})=>html`
  ${last.Collected?html`<${Collected} record=${last.Collected} job=${job} names=${names} start=${start2} />`:null}
  ${last.Regraded?html`<${Regraded} record=${last.Regraded} job=${job} names=${names} start=${start2} />`:null}
  ${last.Extended?html`<${Extended} record=${last.Extended} names=${names} start=${start2} />`:null}
  ${last.Repriced?html`<${Repriced} record=${last.Repriced} names=${names} start=${start2} />`:null}
`;var PAUSE=700,MANY=1e3,known={state:null,last:{},output:"",fault:"",turn:0,ended:0,called:0,hidden:"",names:{},heard:new Set},tell=()=>known.heard.forEach(hear=>hear()),pause=time=>new Promise(done=>setTimeout(done,time));async function readNames(){try{known.names=await get("names"),tell()}catch{}}async function follow(state){let turn=++known.turn;Object.assign(known,{state,last:{},output:"",fault:""}),tell();let wasRunning=state.running;for(let next=0;;){let more=!0;try{let answer=await news(state.job.id,next);if(turn!==known.turn)return;next=answer.next;for(let{kind,record}of answer.events)known.last[kind]=record;Object.assign(known,{state:answer.state,output:answer.output,fault:""}),more=answer.state.running||answer.events.length>=MANY,wasRunning||=answer.state.running}catch(error){if(turn!==known.turn)return;known.fault=error.message,more=error.status!==404}if(!more)break;if(tell(),await pause(PAUSE),turn!==known.turn)return}wasRunning&&(known.ended+=1,readNames()),tell()}async function start(request){let state=await post(["jobs"],request);known.called+=1,follow({...state,running:!0})}function show(state){known.called+=1,known.hidden="",follow(state)}function hide(id){known.hidden=id,tell()}async function resume(){readNames();let[state]=await get("jobs");state&&follow(state)}function useJob(){let[,setTurn]=d2(0);return A2(()=>{let hear=()=>setTurn(now=>now+1);return known.heard.add(hear),()=>{known.heard.delete(hear)}},[]),{...known,running:known.state?.running??!1}}function Start({request,children,disabled=!1,plain=!1,name}){let{running}=useJob(),[fault,setFault]=d2("");return html`<span class="start">
    <button
      type="button"
      class=${plain?"plain":""}
      disabled=${running||disabled}
      aria-label=${name}
      onClick=${()=>start(request()).then(()=>setFault(""),error=>setFault(error.message))}
    >
      ${children}
    </button>
    <${Fault} text=${fault} />
  </span>`}function ending({running,status}){return running?"running":status===null?"broken off":status>=128?"stopped; what is done is kept":["done","done; something needs you","not done"][status]??`ended with ${status}`}function JobBar(){let{state,last,output,fault,called,hidden,names}=useJob(),[stopping,setStopping]=d2(""),place2=T2(null);if(A2(()=>{called&&(place2.current?.focus(),place2.current?.scrollIntoView({block:"nearest"}))},[called]),!state||hidden===state.job.id)return null;let{job,running}=state,{Recorded:recorded,Refused:refused}=last,stop=()=>{setStopping(job.id),post(["jobs",job.id,"stop"]).catch(()=>setStopping(""))},said=stopping===job.id&&running?"stopping":ending(state),broken=!running&&(state.status===null||state.status>=128);return html`<section class="job" aria-label="The command" data-job=${job.id} tabindex="-1" ref=${place2}>
    <div class="line">
      <${Command} text=${job.command} />
      <strong role="status">${said}</strong>
      ${running?html`<button type="button" onClick=${stop} disabled=${stopping===job.id}>Stop</button>`:html`<button type="button" class="small" onClick=${()=>hide(job.id)}>Hide</button>`}
      ${broken?html`<${Start} request=${()=>job.request}>Go on<//>`:null}
    </div>
    ${recorded?html`<div class="line">
            <progress
              max=${recorded.total}
              value=${recorded.count}
              aria-label="Submissions recorded"
            ></progress>
            <span>${recorded.count} of ${counted(recorded.total,"submission")}</span>
            <span class="last">${recorded.line}</span>
          </div>`:running?html`<progress aria-label="Working"></progress>`:null}
    ${refused?html`<p class="fault said" role="alert">${refused.text}</p>`:null}
    <${Fault} text=${fault} />
    ${running?null:html`<${Result} last=${last} job=${job} names=${names} start=${Start} />`}
    <details open=${!running&&state.status!==0&&!refused&&!hasResult(last)}>
      <summary>What the command says</summary>
      <pre tabindex="0">${output||"Nothing yet."}</pre>
    </details>
  </section>`}function Jobs(){let{ended,running}=useJob(),[all,setAll]=d2([]),[fault,setFault]=d2("");return A2(()=>{get("jobs").then(setAll,error=>setFault(error.message))},[ended,running]),html`<h1>Commands</h1>
    <p>The last thirty that were run here, the latest first. Times are in UTC.</p>
    <${Fault} text=${fault} />
    <ol class="plain">
      ${all.map(each=>html`<li key=${each.job.id}>
            <${Command} text=${each.job.command} />
            <div class="line">
              <span>${each.job.started}, ${ending(each)}</span>
              <button
                type="button"
                class="small"
                aria-label=${`Show ${each.job.command}, ${each.job.started}`}
                onClick=${()=>show(each)}
              >
                Show
              </button>
            </div>
          </li>`)}
    </ol>`}function Drop({label,kind,given,onGiven,hint}){let[state,setState]=d2(""),[fault,setFault]=d2(""),turn=T2(0),take=async file=>{if(!file)return;let mine=++turn.current;setFault(""),setState(`Taking in ${file.name} …`);try{if(!file.name.toLowerCase().endsWith(`.${kind}`))throw new Error(`Found ${file.name}, expected a .${kind} file.`);if(file.size>most)throw new Error(`${file.name} has ${Math.ceil(file.size/1e6)} MB, the desk takes ${most/1e6} (c.DeskApp.max_upload_mb).`);let{id}=await upload(file);mine===turn.current&&onGiven({id,name:file.name})}catch(error){mine===turn.current&&setFault(error.message)}mine===turn.current&&setState("")},over=event=>{event.preventDefault(),event.currentTarget.classList.toggle("over",event.type==="dragover")};return html`<div class="drop" onDragOver=${over} onDragLeave=${over} onDrop=${event=>{over(event),take(event.dataTransfer?.files[0])}}>
    <${Field} label=${label} hint=${hint}>
      <input
        type="file"
        accept=${`.${kind}`}
        onChange=${event=>take(event.target.files[0])}
      />
    <//>
    <p role="status">${state||(given?`${given.name} is here.`:"")}</p>
    <${Fault} text=${fault} />
  </div>`}function Collect({assignment=""}){let[zip,setZip]=d2(null),[roster,setRoster]=d2(null),[times,setTimes]=d2([]),[source,setSource]=d2(""),[due,setDue]=d2(""),[update,setUpdate]=d2(!1),exchange=source==="exchange",request=()=>({do:"collect",upload:exchange?"":zip?.id??"",source,assignment,roster:roster?.id??"",times:times.map(each=>each.id),due:due.replace("T"," "),update,dry_run:!0});return html`<p>
      Drop what you downloaded. You see what would be taken before anything is written; what needs you comes
      first.
    </p>
    ${exchange?null:html`<${Drop}
            label="Submissions, a .zip"
            kind="zip"
            given=${zip}
            onGiven=${setZip}
            hint="Moodle's Download all submissions, Canvas's Download Submissions, or a folder for each student"
          />`}
    <${Drop}
      label="Students, a .csv"
      kind="csv"
      given=${roster}
      onGiven=${setRoster}
      hint="Moodle's grading worksheet or Canvas's gradebook; may be left out where the students are known"
    />
    <details>
      <summary>More: platform, deadline, Canvas's times</summary>
      <div class="row">
        <${Field} label="From">
          <select value=${source} onChange=${event=>setSource(event.target.value)}>
            <option value="">recognised from the files</option>
            <option value="moodle">Moodle</option>
            <option value="canvas">Canvas</option>
            <option value="folder">a folder for each student</option>
            ${assignment?html`<option value="exchange">nbgrader's exchange</option>`:null}
          </select>
        <//>
        <${Field} label="Deadline, if it is not known yet">
          <input
            type="datetime-local"
            value=${due}
            onInput=${event=>setDue(event.target.value)}
          />
        <//>
      </div>
      <${Tick}
        label="Take the download where nothing tells which of two is newer"
        checked=${update}
        onChange=${setUpdate}
      />
      ${[...times,null].map((given,k3)=>html`<${Drop}
            label=${k3?`Page ${k3+1} of it, a .json`:"Canvas's list of submissions, a .json"}
            kind="json"
            given=${given}
            onGiven=${file=>setTimes([...times.slice(0,k3),file,...times.slice(k3+1)])}
            hint=${k3?"Of the address with &page=… at its end; may be left out":"Has exact times, and later deadlines: /api/v1/courses/COURSE/assignments/ASSIGNMENT/submissions?per_page=100 on your Canvas"}
          />`)}
    </details>
    <${Start} request=${request} disabled=${!zip&&!exchange}>See what would be taken<//>`}var CollectPage=()=>html`<h1>Collect</h1>
    <${Collect} />`;function Overview(){let{ended}=useJob(),[course2,fault]=useRead(()=>get("overview"),[ended]);if(!course2)return html`<${Fault} text=${fault} />
      <p>${fault?"":"Reading the course …"}</p>`;let wait=course2.assignments.filter(each=>each.failed||each.essays||each.requests);return html`<h1>${course2.title}</h1>
    <${Fault} text=${fault} />
    <p>${counted(course2.students,"student")}, ${counted(course2.assignments.length,"assignment")}</p>
    ${wait.length?html`<h2>Who needs you</h2>
            <ul>
              ${wait.map(each=>html`<li><a href=${link(each)}>${each.name}</a>: ${needs(each)}</li>`)}
            </ul>`:null}
    <h2>Assignments</h2>
    <p>A mean with … is provisional: answers wait for a person.</p>
    <${Table}
      title="Where each assignment stands"
      heads=${["assignment","due (UTC)","released",...["collected","graded","mean"].map(number),"needs you",number("pages"),"returned"]}
    >
      ${course2.assignments.map(each=>html`<tr>
            <th scope="row"><a href=${link(each)}>${each.name}</a></th>
            <td>${each.due||"–"}</td>
            <td>${each.released?"yes":each.source?"not yet":"–"}</td>
            <td class="number">${each.collected}</td>
            <td class="number">
              ${each.graded}${each.ungraded?html` <small>${each.ungraded} to do</small>`:""}
            </td>
            <td class="number">${percent(each.mean)}${each.provisional?" …":""}</td>
            <td>${needs(each)||"–"}</td>
            <td class="number">${each.pages}</td>
            <td>${each.returned||"–"}</td>
          </tr>`)}
    <//>`}var link=each=>`#/assignment/${encodeURIComponent(each.name)}`;function needs(each){return[each.failed&&`${each.failed} could not be graded`,each.answers&&`${counted(each.answers,"answer")} of ${counted(each.essays-each.again,"student")} to read`,each.again&&`points by hand of ${counted(each.again,"student")} to confirm, whose work or tests changed`,each.requests&&counted(each.requests,"open request")].filter(Boolean).join(", ")}function RequestList({requests,named=!1}){let{names}=useJob();return requests.length?html`<ul class="plain">
    ${requests.map(each=>html`<${Asked} key=${each.number} asked=${each} named=${named} names=${names} />`)}
  </ul>`:html`<p>No requests.</p>`}function Asked({asked,named,names}){let[given,setGiven]=d2(""),[why,setWhy]=d2(""),who=`${asked.student} ${names[asked.student]??""}`.trim(),where2=`#/assignment/${encodeURIComponent(asked.assignment)}/${encodeURIComponent(asked.student)}`,about2=html`${`${asked.number}. `}
  ${named?html`<a href=${where2}>${`${asked.assignment}, ${who}`}</a>`:null}
  ${`${named?", ":""}${asked.cell}, ${points(asked.before)} points: “${asked.text}”`}`;if(asked.state!=="open")return html`<li>
      ${about2}<br />${asked.state==="accepted"?`${points(asked.after)} points`:"refused"}: ${asked.why}
      <small> (${asked.by}, ${asked.decided} UTC)</small>
    </li>`;let decide=score=>()=>({do:"decide",number:asked.number,why,points:score});return html`<li>
    ${about2}
    <div class="row">
      <${Field} label=${`Points for request ${asked.number}`}>
        <input
          type="number"
          min="0"
          step="any"
          value=${given}
          onInput=${event=>setGiven(event.target.value)}
        />
      <//>
      <${Field} label=${`Why, for request ${asked.number}`}>
        <input value=${why} onInput=${event=>setWhy(event.target.value)} />
      <//>
      <${Start}
        request=${decide(Number(given))}
        disabled=${given===""||!why}
        name=${`Give these points, request ${asked.number}`}
        >Give these points<//
      >
      <${Start} plain request=${decide(null)} disabled=${!why} name=${`Refuse request ${asked.number}`}
        >Refuse<//
      >
    </div>
  </li>`}function Dispute({assignment,student,cells}){let[cell,setCell]=d2(cells[0].cell),[text,setText]=d2("");return html`<div class="row">
    <${Field} label="Cell">
      <select value=${cell} onChange=${event=>setCell(event.target.value)}>
        ${cells.map(each=>html`<option value=${each.cell}>${each.name}</option>`)}
      </select>
    <//>
    <${Field} label="What the student says">
      <input value=${text} onInput=${event=>setText(event.target.value)} />
    <//>
    <${Start} plain request=${()=>({do:"request",assignment,student,cell,text})} disabled=${!text}
      >Keep the request<//
    >
  </div>`}function Requests(){let{ended}=useJob(),[all,fault]=useRead(()=>get("requests"),[ended]);return html`<h1>Requests</h1>
    <p>
      Whoever disputes a grade is found in the assignment's list of students; their page takes the request.
    </p>
    <${Fault} text=${fault} />
    ${all?html`<${RequestList} requests=${all} named />`:null}`}var SHOWN=50,STATUS={"":"not graded yet",graded:"graded",zero:"score 0",manual:"to be read",failed:"could not be graded"},FileLink=({files,about:about2,name,children})=>files.includes(name)?html`<li><a href=${address("reports",about2,name)} target="_blank" rel="noopener">${children}</a></li>`:null;function Assignment({name,more}){return more?html`<${Student} assignment=${name} id=${more} />`:html`<${Whole} name=${name} />`}function Whole({name}){let{ended,names}=useJob(),[detail,fault]=useRead(()=>get("assignments",name),[name,ended]);if(!detail)return html`<h1>${name}</h1>
      <${Fault} text=${fault} />
      <p>${fault?"":"Reading …"}</p>`;let{standing,rows,files}=detail,graded=standing.graded>0;return html`<h1>${name}</h1>
    <${Fault} text=${fault} />
    <p>
      ${standing.collected} collected, ${standing.graded} graded, ${standing.pages} with pages.
      ${standing.due?` Due ${standing.due} UTC.`:""}
      ${standing.mean===null?"":` Mean ${percent(standing.mean)}${standing.provisional?", provisional":""}.`}
    </p>
    <${Persons} rows=${rows} standing=${standing} name=${name} />

    <section class="step" aria-labelledby="release">
      <h2 id="release">Release</h2>
      <p>${standing.released?"The students' version is there.":"There is no students' version yet."}</p>
      ${standing.source?html`<${Start} plain=${standing.released} request=${()=>({do:"release",assignment:name})}
              >${standing.released?"Check and release again":"Check and release"}<//
            >`:null}
    </section>

    <section class="step" aria-labelledby="collect">
      <h2 id="collect">Collect</h2>
      <${Collect} assignment=${name} />
      <${Folded}
        title=${`${detail.missing.length} handed in nothing`}
        items=${detail.missing.map(id=>html`<${Person} id=${id} names=${names} />`)}
      />
      <${Folded}
        title=${`${detail.excused.length} excused`}
        items=${detail.excused.map(id=>html`<${Person} id=${id} names=${names} />`)}
      />
    </section>

    <section class="step" aria-labelledby="grade">
      <h2 id="grade">Grade</h2>
      <p>
        ${standing.ungraded||standing.failed?`${standing.ungraded+standing.failed} to do. What is graded and has not changed stays.`:standing.collected?"All that is collected is graded.":"Nothing is collected yet."}
      </p>
      <${Start} request=${()=>({do:"grade",assignment:name})} disabled=${!standing.collected}>Grade<//>
    </section>

    <section class="step" aria-labelledby="report">
      <h2 id="report">Report</h2>
      <div class="line">
        <${Start} plain request=${()=>({do:"report",assignment:name})} disabled=${!graded}
          >Write it again<//
        >
        <${Start}
          plain
          request=${()=>({do:"report",assignment:name,anonymous:!0})}
          disabled=${!graded}
          >Write it without names<//
        >
      </div>
      <ul>
        <${FileLink} files=${files} about=${name} name="report.html">Report, with names<//>
        <${FileLink} files=${files} about=${name} name="report-anonymous.html">Report to show in class<//>
        <${FileLink} files=${files} about=${name} name="grades.csv">grades.csv<//>
      </ul>
    </section>

    <section class="step" aria-labelledby="regrade">
      <h2 id="regrade">Regrade</h2>
      <p>
        After you have mended a check and released it: whose points would change, before anything is written.
      </p>
      <${RegradeForm} name=${name} disabled=${!graded} />
    </section>

    <${Time}
      name=${name}
      rows=${rows}
      extensions=${detail.extensions}
      missing=${[...detail.missing,...detail.excused]}
      names=${names}
    />
    <${Back} name=${name} standing=${standing} files=${files} />
    <${Students} name=${name} rows=${rows} />`}function Persons({rows,standing,name}){let odd=rows.filter(row=>row.status==="failed"||row.status==="zero"),groups={};for(let row of odd)(groups[row.reason||STATUS[row.status]]??=[]).push(row);return!needs(standing)&&!odd.length?null:html`<h2>Who needs you</h2>
    ${needs(standing)?html`<p>${needs(standing)}</p>`:null}
    ${Object.entries(groups).map(([reason,those])=>html`<${Folded}
          title=${`${counted(those.length,"student")}: ${reason}`}
          items=${those.map(row=>html`<${Who} assignment=${name} row=${row} />`)}
        />`)}`}var Who=({assignment,row})=>html`<a href=${`#/assignment/${encodeURIComponent(assignment)}/${encodeURIComponent(row.student)}`}
      >${row.student}</a
    >
    ${row.name}`;function RegradeForm({name,disabled}){let[same,setSame]=d2(!0);return html`<${Tick} label="On the random cases of the last run" checked=${same} onChange=${setSame} />
    <${Start}
      request=${()=>({do:"regrade",assignment:name,same_cases:same,dry_run:!0})}
      disabled=${disabled}
      >See whose points would change<//
    >`}function Time({name,rows,extensions,missing,names={},only=""}){let[student,setStudent]=d2(only),[when,setWhen]=d2(""),[why,setWhy]=d2(""),all=[...rows.map(row=>row.student),...missing].sort();return html`<section class="step" aria-labelledby="time">
    <h2 id="time">Deadlines</h2>
    <div class="row">
      ${only?null:html`<${Field} label="Student">
                <input
                  list="students"
                  value=${student}
                  onInput=${e3=>setStudent(e3.target.value)}
                />
              <//>
              <datalist id="students">
                ${all.map(each=>html`<option value=${each}>${names[each]}</option>`)}
              </datalist>`}
      <${Field} label="Until, in the course's time zone">
        <input
          type="datetime-local"
          value=${when}
          onInput=${e3=>setWhen(e3.target.value)}
        />
      <//>
      <${Field} label="Why">
        <input value=${why} onInput=${e3=>setWhy(e3.target.value)} />
      <//>
      <${Start}
        request=${()=>({do:"extend",assignment:name,student,when:when.replace("T"," "),why})}
        disabled=${!student||!when}
        >Give more time<//
      >
    </div>
    <${Folded}
      title=${counted(extensions.length,"extension")}
      items=${extensions.map(each=>html`<${Person} id=${each.student} names=${names} /> until ${each.until.replace("T"," ")} UTC
            ${each.why&&`(${each.why})`}`)}
    />
    ${only?null:html`<p>
            <${Start} plain request=${()=>({do:"policy",assignment:name})}
              >See whose points course.toml changes<//
            >
          </p>`}
  </section>`}function Back({name,standing,files}){let[to,setTo]=d2("moodle"),[waiting,setWaiting]=d2(!1),[zero,setZero]=d2(!1),[score,setScore]=d2(!1),[scale,setScale]=d2(!1),[file,setFile]=d2(null),[column,setColumn]=d2(""),title=to==="moodle"?"Moodle":"Canvas",graded=standing.graded>0,request=()=>({do:"export",assignment:name,to,upload:file?.id??"",column:to==="canvas"?column:"",missing_zero:zero,pending_score:score,scale});return html`<section class="step" aria-labelledby="back">
    <h2 id="back">Send back</h2>
    <p>
      ${standing.essays?html`<a href=${`#/essays/${encodeURIComponent(name)}`}
                >${needs({...standing,failed:0,requests:0})}</a
              >. Do that first, then write the pages again.`:"After grading by hand, write the pages again."}
    </p>
    <${Start} plain request=${()=>({do:"feedback",assignment:name})} disabled=${!graded}
      >Write all pages again<//
    >
    <div class="row">
      <${Field} label="To">
        <select value=${to} onChange=${event=>setTo(event.target.value)}>
          <option value="moodle">Moodle</option>
          <option value="canvas">Canvas</option>
        </select>
      <//>
    </div>
    <h3>Pages</h3>
    <${Tick}
      label="Also pages with answers that nobody has read yet"
      checked=${waiting}
      onChange=${setWaiting}
    />
    <${Start} request=${()=>({do:"return",assignment:name,to,waiting})} disabled=${!graded}
      >Pack the pages for ${title}<//
    >
    <h3>Grades</h3>
    <${Drop}
      label=${to==="moodle"?"Moodle's grading worksheet, a .csv":"Canvas's gradebook, a .csv"}
      kind="csv"
      given=${file}
      onGiven=${setFile}
      hint="It is filled in; without it a plain table is written"
    />
    ${to==="canvas"?html`<${Field}
            label=${`Its column, if that is not called ${name}`}
            hint="Such as Assignment 3 (4711)"
          >
            <input value=${column} onInput=${event=>setColumn(event.target.value)} />
          <//>`:null}
    <${Tick} label="Zero for those who handed in nothing" checked=${zero} onChange=${setZero} />
    <${Tick} label="The points so far where an answer waits" checked=${score} onChange=${setScore} />
    <${Tick} label=${`Convert points to ${title}'s maximum`} checked=${scale} onChange=${setScale} />
    <${Start} request=${request} disabled=${!graded}>Write the grades for ${title}<//>
    <ul>
      ${["moodle","canvas"].map(each=>html`<${FileLink} files=${files} about=${name} name=${`return-${each}.zip`}
              >Pages for ${each}: return-${each}.zip<//
            >
            <${FileLink} files=${files} about=${name} name=${`grades-${each}.csv`}
              >Grades for ${each}: grades-${each}.csv<//
            >`)}
    </ul>
  </section>`}function Students({name,rows}){let[wanted,setWanted]=d2(""),[status,setStatus]=d2("all"),[all,setAll]=d2(!1),words=wanted.trim().toLowerCase(),found=rows.filter(row=>(status==="all"||row.status===status)&&`${row.student} ${row.name} ${row.section}`.toLowerCase().includes(words)),shown=all?found:found.slice(0,SHOWN);return html`<section class="step" aria-labelledby="students-title">
    <h2 id="students-title">Students</h2>
    <div class="row">
      <${Field} label="Search for a name, an id or a section">
        <input
          type="search"
          value=${wanted}
          onInput=${event=>setWanted(event.target.value)}
        />
      <//>
      <${Field} label="Show">
        <select value=${status} onChange=${event=>setStatus(event.target.value)}>
          <option value="all">all</option>
          ${Object.entries(STATUS).map(([each,title])=>html`<option value=${each}>${title}</option>`)}
        </select>
      <//>
      <span role="status">${counted(found.length,"student")}</span>
    </div>
    ${found.length?html`<${Table}
            title="Students"
            heads=${["student","name","section","status",number("points"),"late","own deadline (UTC)"]}
          >
            ${shown.map(row=>html`<tr key=${row.student}>
                  <th scope="row">
                    <a href=${`#/assignment/${encodeURIComponent(name)}/${encodeURIComponent(row.student)}`}
                      >${row.student}</a
                    >
                  </th>
                  <td>${row.name}</td>
                  <td>${row.section}</td>
                  <td>${STATUS[row.status]}</td>
                  <td class="number">
                    ${row.status&&row.status!=="failed"?`${points(row.score)} of ${points(row.most)}`:"–"}
                  </td>
                  <td>${row.late}</td>
                  <td>${row.until}</td>
                </tr>`)}
          <//>`:null}
    ${shown.length<found.length?html`<button type="button" class="plain" onClick=${()=>setAll(!0)}>
            Show all ${found.length}
          </button>`:null}
  </section>`}function Student({assignment,id}){let{ended}=useJob(),[detail,fault]=useRead(()=>get("assignments",assignment,"students",id),[assignment,id,ended]),up=html`<p><a href=${`#/assignment/${encodeURIComponent(assignment)}`}>${assignment}</a></p>`;if(!detail)return html`${up}
      <h1>${id}</h1>
      <${Fault} text=${fault} />`;let{row,changes,requests}=detail;return html`${up}
    <h1>${row.name?`${row.name} (${id})`:id}</h1>
    <${Fault} text=${fault} />
    <p>
      ${STATUS[row.status]}${row.most?`: ${points(row.score)} of ${points(row.most)} points`:""}${row.late?`, ${row.late}`:""}${row.until?`; own deadline ${row.until} UTC`:""}.
    </p>
    ${row.reason?html`<p>${row.reason}</p>`:null}
    <ul>
      ${row.pages.map(page=>html`<li>
            <a href=${address("feedback",assignment,id,page)} target="_blank" rel="noopener"
              >The page that goes back: ${page}</a
            >
          </li>`)}
    </ul>
    ${row.cells.length?html`<${Table} title="Points" heads=${["cell",number("points"),number("of")]}>
            ${row.cells.map(cell=>html`<tr>
                  <th scope="row">${cell.name}</th>
                  <td class="number">${cell.score===null?"to be read":points(cell.score)}</td>
                  <td class="number">${points(cell.most)}</td>
                </tr>`)}
          <//>`:null}
    <p>
      <${Start} plain request=${()=>({do:"grade",assignment,students:[id],force:!0})}
        >Grade this one again<//
      >
    </p>
    <${Time} name=${assignment} rows=${[]} extensions=${[]} missing=${[]} only=${id} />
    <section class="step" aria-labelledby="dispute">
      <h2 id="dispute">Disputed grades</h2>
      <${RequestList} requests=${requests} />
      ${row.cells.length?html`<${Dispute} assignment=${assignment} student=${id} cells=${row.cells} />`:null}
    </section>
    <section class="step" aria-labelledby="log">
      <h2 id="log">Changes of the grade</h2>
      ${changes.length?html`<${Table}
              title="Changes of the grade"
              heads=${["when (UTC)",number("from"),number("to"),"why","by"]}
            >
              ${changes.map(each=>html`<tr>
                    <td>${each.when}</td>
                    <td class="number">${points(each.before)}</td>
                    <td class="number">${points(each.after)}</td>
                    <td>${each.why}${each.note?`: ${each.note}`:""}</td>
                    <td>${each.by}</td>
                  </tr>`)}
            <//>`:html`<p>None.</p>`}
    </section>`}function Rubric({path,who,rubric,proposed,most:most2,used,merge}){let[draft,setDraft]=d2(null),[said,setSaid]=d2(""),[fault,setFault]=d2(""),place2=T2(null),editing=!!draft,before=T2(editing);A2(()=>{before.current!==editing&&place2.current?.focus(),before.current=editing},[editing]);let edit=(items=rubric.items)=>{setDraft({start:rubric.start,items:[...items],seen:rubric.version}),setSaid("")},change=(place3,part)=>setDraft(old=>old&&{...old,items:old.items.map((each,k3)=>k3===place3?{...each,...part}:each)});async function save(event){if(event?.preventDefault(),!draft)return;let items=draft.items.map(each=>({...each,points:Number(String(each.points).replace(",","."))}));if(items.find(each=>!Number.isFinite(each.points)||!each.text.trim()))return setFault("Each item has points, a number, and words.");try{let{done,result}=await post([...path,"rubric"],{start:draft.start,items,seen:draft.seen,who});if((done||result.why==="stale")&&merge(result.rubric,result.standings),done){setDraft(null),setFault("");let left=result.left.length?`; ${result.left.length} keep what the formgrader gave them`:"";setSaid(`The points or words of ${counted(result.standings.length,"answer")} have changed${left}.`)}else result.why==="busy"?setFault("A command is running. Nothing was changed: press again when it is over."):(setDraft({...draft,seen:result.rubric.version}),setFault(`Nothing was changed: somebody else has changed the rubric meanwhile. Theirs is ${result.rubric.items.map(each=>`${points(each.points)} ${each.text}`).join("; ")||"empty"}. Press again to put yours in its place.`))}catch(error){setFault(error.message)}}return draft?html`<form aria-label="Rubric" onSubmit=${save} tabindex="-1" ref=${place2}>
    <h2>Rubric</h2>
    <ol class="plain">
      ${draft.items.map((each,k3)=>html`<li key=${each.id||`new-${k3}`} class="row">
            <${Field} label="Points">
              <input
                inputmode="decimal"
                size="4"
                value=${each.points}
                onInput=${event=>change(k3,{points:event.target.value})}
              />
            <//>
            <${Field} label=${`Item ${k3+1}`}>
              <textarea
                rows="2"
                maxlength="400"
                value=${each.text}
                onInput=${event=>change(k3,{text:event.target.value})}
              ></textarea>
            <//>
            <button
              type="button"
              class="small"
              onClick=${()=>setDraft({...draft,items:draft.items.filter((_3,place3)=>place3!==k3)})}
            >
              Remove${each.id&&used(each.id)?` from ${counted(used(each.id),"answer")}`:""}
            </button>
          </li>`)}
    </ol>
    <${Field} label="Points">
      <select
        value=${draft.start}
        onChange=${event=>setDraft({...draft,start:event.target.value})}
      >
        <option value="zero">begin at 0, items add</option>
        <option value="full">begin at ${points(most2)}, items take off</option>
      </select>
    <//>
    <div class="line">
      <button>Save for all answers</button>
      <button
        type="button"
        class="plain"
        onClick=${()=>setDraft({...draft,items:[...draft.items,{id:"",text:"",points:1}]})}
      >
        Add an item
      </button>
      <button type="button" class="plain" onClick=${()=>(setDraft(null),setFault(""))}>Leave</button>
    </div>
    <${Fault} text=${fault} />
  </form>`:html`<section aria-label="Rubric" tabindex="-1" ref=${place2}>
      <h2>Rubric</h2>
      <ol class="plain">
        ${rubric.items.map(each=>html`<li key=${each.id}><b>${points(each.points)}</b> ${each.text} <small>${used(each.id)}</small></li>`)}
      </ol>
      ${rubric.start==="full"?html`<p>Points are taken off ${points(most2)}.</p>`:null}
      <div class="line">
        <button type="button" class="plain" onClick=${()=>edit()}>
          ${rubric.items.length?"Change":"Write one"}
        </button>
        ${!rubric.items.length&&proposed.length?html`<button
                type="button"
                onClick=${()=>edit(proposed.map(each=>({...each,id:""})))}
              >
                Take the ${proposed.length} of the model answer
              </button>`:null}
      </div>
      ${said?html`<p role="status">${said}</p>`:null}
    </section>`}var PULSE=4e3,LEASE=12e4,AGAIN=3e3,TYPING="textarea, select, input:not([type=checkbox])",STATES={waiting:"to read",again:"to look at again",read:"read",blank:"nothing written"},KEYS=[["j, k","next and previous answer"],["1 to 9","give or take an item of the rubric"],["a","all items, or none"],["p","points besides the items"],["c","comment; Esc leaves it"],["Enter","give the points, and on to the next answer to read"],["w","on to the next answer to read"],["u","take back what was given"],["n","show or hide names"]],Written=class extends x{shouldComponentUpdate(next){return next.html!==this.props.html}render(){return html`<div
      class="written"
      onClick=${event=>{let link2=event.target.closest("a");link2&&(link2.target="_blank",link2.rel="noopener noreferrer")}}
      dangerouslySetInnerHTML=${{__html:this.props.html}}
    ></div>`}};function Essays({name}){return name?html`<${Questions} assignment=${name} />`:html`<${Assignments} />`}function Assignments(){let{ended}=useJob(),[course2,fault]=useRead(()=>get("overview"),[ended]);return html`<h1>Essays</h1>
    <${Fault} text=${fault} />
    <ul class="plain">
      ${course2?.assignments.filter(each=>each.graded).map(each=>html`<li>
              <a href=${`#/essays/${encodeURIComponent(each.name)}`}>${each.name}</a>
              ${each.essays?`: ${needs({...each,failed:0,requests:0})}`:": none waits"}
            </li>`)}
    </ul>`}function Questions({assignment}){let[list,fault]=useRead(()=>get("essays",assignment),[assignment]),[who,setWho]=d2(""),[chosen,setChosen]=d2(0);A2(()=>{get("reader").then(reader=>setWho(reader.name||localStorage.getItem("desk-reader")||""))},[]);let questions=list?.questions??[],each=questions[chosen];return list?each?html`<h1>Essays: ${assignment}</h1>
    ${questions.length>1?html`<${Field} label="Question">
            <select value=${chosen} onChange=${event=>setChosen(+event.target.value)}>
              ${questions.map((q2,k3)=>html`<option value=${k3}>${q2.title}: ${q2.waiting+q2.again} to read</option>`)}
            </select>
          <//>`:null}
    ${who?html`<${Board}
            key=${each.notebook+"/"+each.cell}
            at=${[assignment,each.notebook,each.cell]}
            who=${who}
          />`:html`<${Who2} done=${setWho} />`}`:html`<h1>Essays: ${assignment}</h1>
      <p>No question of it is read by people.</p>`:html`<h1>Essays: ${assignment}</h1>
      <${Fault} text=${fault} />`}function Who2({done}){return html`<form onSubmit=${event=>{event.preventDefault();let who=event.target.elements.who.value.trim();who&&(localStorage.setItem("desk-reader",who),done(who))}} class="row">
    <${Field} label="Your name" hint="It stands in the log of changes, and others see what you read.">
      <input name="who" required maxlength="80" autocomplete="name" />
    <//>
    <button>Read</button>
  </form>`}function Board({at,who}){let path=["essays",...at],[shown,setShown]=d2(null),[fault,setFault]=d2(""),[current,setCurrent]=d2(""),[names,setNames]=d2(!1),[filter,setFilter]=d2("all"),[drafts,setDrafts]=d2({}),[notices,setNotices]=d2({}),[only,setOnly]=d2(""),list=T2(null),live=T2({}),pulse=shown?.pulse,groups=shown?.groups??[],read=()=>get(...path).then(found=>(setShown(found),setFault(""),found),error=>setFault(error.message)),merge=(rubric2,standings)=>setShown(old=>({...old,pulse:{...old.pulse,version:"",rubric:rubric2,standings:{...old.pulse.standings,...Object.fromEntries(standings.map(each=>[each.student,each]))}}})),standingsOf=group=>group.students.map(student=>live.current.pulse.standings[student]),waits=group=>standingsOf(group).some(each=>["waiting","again"].includes(each.state)),claimed=group=>{let claim=live.current.pulse.claims[group.key];return claim&&claim.by!==who?claim:null};live.current={pulse,groups,current,drafts,names,only,filter},A2(()=>{read().then(found=>{live.current.pulse=found?.pulse,found&&choose((found.groups.find(each=>waits(each)&&!claimed(each))??found.groups[0])?.key??"")});let timer=setInterval(look,PULSE),sign=setInterval(()=>live.current.current&&hold(live.current.current),LEASE),leave=event=>Object.keys(live.current.drafts).length&&event.preventDefault();addEventListener("beforeunload",leave);let leaveGroup=()=>{post([...path,"claim"],{group:"",who},!0).catch(()=>{})};return addEventListener("keydown",press),addEventListener("pagehide",leaveGroup),()=>{clearInterval(timer),clearInterval(sign),removeEventListener("beforeunload",leave),removeEventListener("keydown",press),leaveGroup(),removeEventListener("pagehide",leaveGroup)}},[]);async function look(){let old=live.current.pulse;if(!(!old||document.hidden))try{let address_=`${address("api",...path,"pulse")}?version=${old.version}`,answer=await fetch(address_,{credentials:"same-origin"}),found=answer.ok?await answer.json():null;if(!found)return;Object.values(found.standings).some(each=>each.group!==old.standings[each.student]?.group)?await read():setShown(now=>now&&{...now,pulse:found})}catch{}}let hold=(group,take=!1)=>post([...path,"claim"],{group,who,take}).then(claim=>setShown(old=>{let mine=Object.entries(old.pulse.claims).filter(([,each])=>each.by!==who);return{...old,pulse:{...old.pulse,claims:{...Object.fromEntries(mine),[group]:claim}}}}),()=>{});function choose(key){if(!key)return;setCurrent(key),live.current.current=key,setOnly("");let mine=live.current.pulse.claims[key];(!mine||mine.by===who)&&hold(key),setTimeout(()=>{let card=document.getElementById(`group-${key}`),here=document.activeElement;card?.scrollIntoView({block:"nearest"}),!card?.contains(here)&&!here?.matches(TYPING)&&card?.focus({preventScroll:!0})},0)}let visible=()=>groupsNow().filter(each=>live.current.filter==="all"||each.key===live.current.current||(live.current.filter==="waiting"?waits(each):!waits(each))),groupsNow=()=>live.current.groups;function step(by){let there=visible(),place2=there.findIndex(each=>each.key===live.current.current);choose(there[Math.min(Math.max(place2+by,0),there.length-1)]?.key??"")}function onward(){let all2=groupsNow(),place2=all2.findIndex(each=>each.key===live.current.current),next=[...all2.slice(place2+1),...all2.slice(0,place2)].find(each=>waits(each)&&!claimed(each));next&&choose(next.key)}let target=()=>live.current.current+(live.current.only?`
${live.current.only}`:""),studentsOf=key=>{let[group,student]=key.split(`
`);return student?[student]:groupsNow().find(each=>each.key===group)?.students??[]};function draftOf(key){let there=live.current.drafts[key];if(there)return there;let first=live.current.pulse.standings[studentsOf(key)[0]];return{items:first?.items??[],adjust:first?.adjust?String(first.adjust):"",note:first?.note??""}}let draw=(key,change)=>setDrafts(old=>({...old,[key]:{...draftOf(key),...change}})),drop=key=>{setDrafts(({[key]:_3,...rest})=>rest),notice(key,null)},notice=(key,said)=>setNotices(({[key]:_3,...rest})=>said?{...rest,[key]:said}:rest);function toggle(id){let items=draftOf(target()).items;draw(target(),{items:items.includes(id)?items.filter(each=>each!==id):[...items,id]})}async function give({key=target(),back=!1,over=!1,take=!1,again=!1}={}){let draft=draftOf(key),adjust=Number(draft.adjust.replace(",",".")||0);if(!Number.isFinite(adjust))return notice(key,{text:`“${draft.adjust}” is not a number.`});let wanted=back?null:{items:draft.items,adjust,note:draft.note},standings=live.current.pulse.standings,orders=Object.fromEntries(studentsOf(key).map(student=>[student,{seen:standings[student].token,wanted}]));back||setDrafts(old=>({...old,[key]:draft})),notice(key,{text:"Giving …"}),!back&&!again&&onward();try{let{done,result}=await post([...path,"marks"],{orders,who,over,take});if(merge(result.rubric.version>=live.current.pulse.rubric.version?result.rubric:live.current.pulse.rubric,result.standings),done)return drop(key);if(result.why==="busy")return notice(key,{text:"A command is running. This is kept here and given when it is over."}),setTimeout(()=>give({key,back,over,take,again:!0}),AGAIN);if(result.why==="no_item"){let known2=result.rubric.items.map(each=>each.id);draw(key,{items:draft.items.filter(id=>known2.includes(id))})}notice(key,{...result,back}),choose(key.split(`
`)[0])}catch(error){notice(key,{text:error.message,retry:!0,back})}}function press(event){let at2=event.target,typing=at2.matches(TYPING);if(event.key==="Escape"&&typing)return at2.blur();if(event.key==="Enter"&&(event.ctrlKey||event.metaKey)&&at2.closest(".group"))return event.preventDefault(),at2.blur(),void give();if(typing||event.ctrlKey||event.metaKey||event.altKey||!live.current.pulse||!at2.matches("body, main")&&!at2.closest(".essays")||at2.matches("button, a, summary")&&["Enter"," "].includes(event.key))return;let rubric2=live.current.pulse.rubric.items,card=document.getElementById(`group-${live.current.current}`),to=field=>card?.querySelector(field)?.focus(),keys={j:()=>step(1),k:()=>step(-1),w:onward,Enter:()=>give(),u:()=>give({back:!0}),n:()=>setNames(now=>!now),c:()=>to("textarea"),p:()=>to("input.adjust"),a:()=>{let every=rubric2.map(each=>each.id);draw(target(),{items:draftOf(target()).items.length===every.length?[]:every})}},item=/^[1-9]$/.test(event.key)?rubric2[+event.key-1]:null,act=item?()=>toggle(item.id):keys[event.key];act&&(event.preventDefault(),act())}if(!shown)return html`<${Fault} text=${fault} />${fault?null:html`<p>Reading the answers …</p>`}`;let all=Object.values(pulse.standings),count=state=>all.filter(each=>each.state===state).length,rubric=pulse.rubric,start2=rubric.start==="full"?shown.most:0,callers={choose,draw,toggle,give,drop,setOnly,hold,draftOf,worth:draft=>{let whole=rubric.items.filter(each=>draft.items.includes(each.id)).reduce((sum,each)=>sum+each.points,start2);return Math.min(Math.max(whole+Number(draft.adjust.replace(",",".")||0),0),shown.most)}};return html`<div class="essays">
    <aside aria-label="The question">
      <details open=${innerWidth>900}>
        <summary>Question, ${counted(shown.most,"point")}</summary>
        <${Written} html=${shown.prompt} />
      </details>
      <details open=${innerWidth>900}>
        <summary>Model answer</summary>
        ${shown.model?html`<${Written} html=${shown.model} />`:html`<p>The source states none.</p>`}
      </details>
      <${Rubric}
        path=${path}
        who=${who}
        rubric=${rubric}
        proposed=${shown.proposed}
        most=${shown.most}
        used=${id=>all.filter(each=>each.items.includes(id)).length}
        merge=${merge}
      />
      <details>
        <summary>Keys</summary>
        <dl class="keys">
          ${KEYS.map(([key,does])=>html`<div>
                <dt><kbd>${key}</kbd></dt>
                <dd>${does}</dd>
              </div>`)}
        </dl>
      </details>
    </aside>
    <section aria-label="Answers" ref=${list}>
      <${Fault} text=${fault} />
      <p role="status">
        ${count("waiting")+count("again")} to read, ${count("read")} read, ${count("blank")} without an
        answer; ${counted(groups.length,"group")}
      </p>
      <div class="row">
        <${Field} label="Show">
          <select value=${filter} onChange=${event=>setFilter(event.target.value)}>
            <option value="all">all answers</option>
            <option value="waiting">those to read</option>
            <option value="read">those that are read</option>
          </select>
        <//>
        <label class="tick">
          <input type="checkbox" checked=${names} onChange=${()=>setNames(!names)} /> names
        </label>
        <span>You are ${who}.</span>
      </div>
      ${visible().map(group=>html`<${Card}
            key=${group.key}
            group=${group}
            number=${groups.indexOf(group)+1}
            standings=${standingsOf(group)}
            claim=${claimed(group)}
            current=${group.key===current}
            only=${group.key===current?only:""}
            names=${names?shown.names:null}
            rubric=${rubric}
            most=${shown.most}
            drafts=${drafts}
            notices=${notices}
            call=${callers}
          />`)}
    </section>
  </div>`}var signed2=number2=>(number2>0?"+":"")+points(number2);function Card({group,number:number2,standings,claim,current,only,names,rubric,most:most2,drafts,notices,call}){let key=group.key+(only?`
${only}`:""),draft=call.draftOf(key),notice=notices[key],open=current||drafts[key]||notice,students=group.students.map(id=>names?.[id]?`${names[id]} (${id})`:id),many=group.students.length;return html`<article
    id=${`group-${group.key}`}
    class=${`group ${current?"current":""}`}
    tabindex="-1"
    aria-current=${current?"true":null}
    aria-label=${`Answer ${number2}`}
    onClick=${()=>current||call.choose(group.key)}
  >
    <header class="line">
      <button
        type="button"
        class="small"
        onClick=${event=>(event.currentTarget.blur(),call.choose(group.key))}
      >
        Answer ${number2}
      </button>
      ${many>1?html`<span>${counted(many,"student")}, the same answer</span>`:null}
      ${names?html`<span class="names">${students.join(", ")}</span>`:null}
      <${Stand} standings=${standings} most=${most2} />
      ${claim?html`<span class="claim">${claim.by} reads it</span>`:null}
    </header>
    ${group.blank?html`<p><em>Nothing was written.</em></p>`:html`<${Written} html=${group.html} />`}
    ${group.printed?html`<pre tabindex="0">${group.printed}</pre>`:null}
    ${open?html`<${Give} ...${{group,key_:key,only,names,draft,notice,claim,rubric,most:most2,call,changed:!!drafts[key]}} />`:null}
  </article>`}function Stand({standings,most:most2}){let states=[...new Set(standings.map(each=>each.state))],given=new Set(standings.map(each=>`${points(each.points)}${each.extra?` and ${points(each.extra)} extra`:""}`)),[first]=standings,there=standings.some(each=>each.points!==null);return html`<span class=${`state ${states.length===1?states[0]:""}`}>
      ${states.map(each=>STATES[each]).join(", ")}${states.includes("again")?standings.every(each=>each.same)?": the answer is the same":": the answer has changed":""}</span
    >
    ${there?html`<strong>${[...given].join(" or ")} of ${points(most2)}</strong>`:null}
    ${standings.some(each=>each.elsewhere)?html`<span class="claim"
            >given in the formgrader${first.comment?`: “${first.comment}”`:""}</span
          >`:first.by?html`<small>${first.by}</small>`:null}`}function Give({group,key_,only,names,draft,notice,claim,rubric,most:most2,call,changed}){return html`<div class="give">
    ${group.students.length>1?html`<${Field} label="Give to">
            <select value=${only} onChange=${event=>call.setOnly(event.target.value)}>
              <option value="">all ${group.students.length}</option>
              ${group.students.map((id,k3)=>html`<option value=${id}>${names?names[id]||id:`number ${k3+1} only`}</option>`)}
            </select>
          <//>`:null}
    <ul class="plain items">
      ${rubric.items.map((item,k3)=>html`<li key=${item.id}>
            <label class="tick">
              <input
                type="checkbox"
                checked=${draft.items.includes(item.id)}
                onChange=${()=>call.toggle(item.id)}
              />
              <span
                >${k3<9?html`<kbd>${k3+1}</kbd>`:null}
                <b>${signed2(item.points)}</b>${" "}${item.text}</span
              >
            </label>
          </li>`)}
    </ul>
    <div class="row">
      <${Field} label="Besides">
        <input
          class="adjust"
          inputmode="decimal"
          size="5"
          value=${draft.adjust}
          onInput=${event=>call.draw(key_,{adjust:event.target.value})}
        />
      <//>
      <${Field} label="Comment (Markdown)">
        <textarea
          rows="2"
          maxlength="10000"
          value=${draft.note}
          onInput=${event=>call.draw(key_,{note:event.target.value})}
        ></textarea>
      <//>
    </div>
    <div class="line">
      <button type="button" onClick=${()=>call.give()}>
        Give ${points(call.worth(draft))} of ${points(most2)}
      </button>
      <button type="button" class="plain" onClick=${()=>call.give({back:!0})}>Take back</button>
      ${changed?html`<button type="button" class="plain" onClick=${()=>call.drop(key_)}>Forget this</button>`:null}
      ${claim?html`<button type="button" class="plain" onClick=${()=>call.hold(group.key,!0)}>Take over from ${claim.by}</button>`:null}
    </div>
    <${Notice} notice=${notice} key_=${key_} most=${most2} call=${call} />
  </div>`}function Notice({notice,key_,most:most2,call}){if(!notice)return null;let again=how=>()=>call.give({key:key_,back:notice.back,again:!0,...how});if(notice.text)return html`<p class="said" role="status">
      ${notice.text}
      ${notice.retry?html` <button type="button" class="small" onClick=${again({})}>Send it again</button>`:null}
    </p>`;let[there]=notice.standings,has=there&&`${points(there.points)} of ${points(most2)}${there.comment?`, “${there.comment}”`:""}`,theirs=html`<button type="button" class="small" onClick=${()=>call.drop(key_)}>
    Leave it so
  </button>`;return notice.why==="stale"?html`<p class="fault" role="alert">
      Nothing was given: ${there.by||"somebody"} has changed it meanwhile. It has ${has}.
      <button type="button" class="small" onClick=${again({})}>Give mine instead</button> ${theirs}
    </p>`:notice.why==="elsewhere"?html`<p class="fault" role="alert">
      Nothing was given: in the formgrader it got ${has}.
      <button type="button" class="small" onClick=${again({over:!0})}>Give mine instead</button>
      ${theirs}
    </p>`:notice.why==="claimed"?html`<p class="fault" role="alert">
      Nothing was given: ${notice.claim.by} reads it.
      <button type="button" class="small" onClick=${again({take:!0})}>Give mine all the same</button>
      ${theirs}
    </p>`:html`<p class="fault" role="alert">
    Nothing was given: the rubric has changed. Look at its items again.
  </p>`}var SHOWN2=50,BEHIND={missing:"handed in nothing for the last two",low:"less than half of the points",falling:"lost a quarter lately"},STATES2={ungraded:"not graded",missing:"missing",open:"open",excused:"excused"};function short(mark){if(mark.state in STATES2)return STATES2[mark.state];let text=`${points(mark.score)}/${points(mark.most)}${mark.state==="pending"?" …":""}`;return mark.dropped?`(${text})`:text}function Term(){let{ended}=useJob(),[view,fault]=useRead(()=>get("term"),[ended]),[wanted,setWanted]=d2(""),[all,setAll]=d2(!1);if(!view)return html`<h1>Term</h1>
      <${Fault} text=${fault} />
      <p>${fault?"":"Reading …"}</p>`;let{term,files,pages}=view,words=wanted.trim().toLowerCase(),found=term.rows.filter(row=>`${row.student} ${row.name} ${row.section}`.toLowerCase().includes(words)),shown=all?found:found.slice(0,SHOWN2),behind=term.rows.filter(row=>row.behind.length),categories=Object.keys(term.weights);return html`<h1>Term</h1>
    <${Fault} text=${fault} />
    <p>
      (…) is a mark that is dropped, … one that waits for a person. Files and pages to give back are written
      by the command:
    </p>
    <${Start} request=${()=>({do:"term"})} disabled=${!term.assignments.length}
      >Write the term's files<//
    >
    <ul>
      <${FileLink} files=${files} about="term" name="term.html">The term's page<//>
      <${FileLink} files=${files} about="term" name="term.csv">term.csv<//>
    </ul>
    <${Folded}
      title=${`${counted(behind.length,"student")} fall${behind.length===1?"s":""} behind`}
      items=${behind.map(row=>html`<strong>${row.student}</strong
            >${` ${row.name}: ${row.behind.map(why=>BEHIND[why]).join(", ")}`}`)}
    />
    <div class="row">
      <${Field} label="Search for a name, an id or a section">
        <input
          type="search"
          value=${wanted}
          onInput=${event=>setWanted(event.target.value)}
        />
      <//>
      <span role="status">${counted(found.length,"student")}</span>
    </div>
    ${found.length?html`<${Table}
            title="Marks"
            heads=${["student","name","section",...[...term.assignments,...categories,"total"].map(number)]}
          >
            ${shown.map(row=>html`<tr key=${row.student}>
                  <th scope="row">
                    ${pages.includes(row.student)?html`<a
                            href=${address("reports","term","students",`${row.student}.html`)}
                            target="_blank"
                            rel="noopener"
                            >${row.student}</a
                          >`:row.student}
                  </th>
                  <td>${row.name}</td>
                  <td>${row.section}</td>
                  ${row.marks.map(mark=>html`<td class="number">${short(mark)}</td>`)}
                  ${categories.map(each=>html`<td class="number">${percent(row.categories[each])}</td>`)}
                  <td class="number">${percent(row.total)}</td>
                </tr>`)}
          <//>`:null}
    ${shown.length<found.length?html`<button type="button" class="plain" onClick=${()=>setAll(!0)}>
            Show all ${found.length}
          </button>`:null}`}var PAGES={"":{title:"Assignments",view:Overview},essays:{title:"Essays",view:Essays},assignment:{title:"",view:Assignment},collect:{title:"Collect",view:CollectPage},requests:{title:"Requests",view:Requests},term:{title:"Term",view:Term},commands:{title:"Commands",view:Jobs}},place=()=>location.hash.replace(/^#\/?/,"").split("/").map(decodeURIComponent);function Desk(){let[[page,name="",more=""],setPlace]=d2(place()),main=T2(null);A2(()=>{let move=()=>{setPlace(place()),scrollTo(0,0),main.current?.focus()};return addEventListener("hashchange",move),resume().catch(()=>{}),()=>removeEventListener("hashchange",move)},[]);let shown=PAGES[page]??PAGES[""];return A2(()=>{document.title=[more,name,shown.title,course].filter(Boolean).join(" · ")},[more,name,shown]),html`<header>
      <nav aria-label="The desk">
        ${Object.entries(PAGES).map(([path,each])=>each.title&&html`<a href=${`#/${path}`} aria-current=${each===shown?"page":null}>${each.title}</a>`)}
        <a href=${jupyter("formgrader")} target="_blank" rel="noopener">Formgrader</a>
      </nav>
    </header>
    <main tabindex="-1" ref=${main}>
      <${JobBar} />
      <${shown.view} key=${[page,name,more].join("/")} name=${name} more=${more} />
    </main>`}keepFocus();Q(html`<${Desk} />`,document.body);
