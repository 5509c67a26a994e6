//! Common words of languages, beside those a shop's customers use: what people write about anything. Function words, kinship, weather,
//! exclamations; taken from grammars and from reading messages, not from one collection.

/// Nigerian Pidgin.
pub(super) const PCM: &str = "\
    im commot dia sha vex hin inside naim neva oga oyibo yab tey sey nau ehn ehen wen palava nah jare de nawa kpele jor joor gbege \
    shakara omo abegi haba lai lie biko wella small-small pesin moni mumu ogbonge gbedu katakata yanga yarn chai belle";
/// Yoruba.
pub(super) const YO: &str = "\
    won lo ki bi pe fi re je eni omo gbogbo ri ile maa yii lati ojo ibeere ohun kan ori naa ire oro wo ilu wipe olorun odun bo ninu \
    eyin ede la oni oba ise gba pa oju ye aye yin igba ku ojumo ibi ogun nje inu bee eyi eeyan gbo ara oko tabi owe lori ko po oun aje \
    ope nipa ase tan sile omi odo nitori eto eko dun jo lara iroyin gege sugbon orun lojo ijoba igi ero bayii enu nigba bere tuntun \
    ipinle iku arun kii soro bii tele nla naijiria sise seun obinrin okunrin nikan lonii amo egbe wonyi oja nnkan laye temi iwure ewe \
    pupo ose nibi pataki leyin jade iyawo gbodo adura oluwa eledumare alaafia yoruba wonyen nko iya baba egbon aburo omode agba ibo ju \
    ohunkohun enikeni gangan dara daadaa kia nibe sibe nigbati titi eleyi eleyii";
/// Hausa.
pub(super) const HA: &str = "\
    ko baba ja km lfy allh ameeen ameen wani nasara zaman kowa komai duka maka miki masa musu mana gane naga kaga muga kamar sanda \
    wallahi wlhy kodai koma koina sarki sarauta mulki kyau kyauta daidai kokari hutu bashi banza iskanci dole karshe farko zaria \
    kaduna katsina sokoto birni rashi rashin zama zaune tsaye tsohuwa haba dama musamman amfani ilimi turanci kwana rana safe mace \
    namiji budurwa saurayi aure mijin matar wannan sai kuma dan ai su yayi amma wai ta kawai mai gaskiya yasa daga idan duk din haka \
    mun muna wanda har yan zai yake shine cikin wata yana suna wlh mutane za suke suka ruwa irin akan zuwa yace cewa basu bamu baya \
    bane nan ka ki ku mu kun aka ana yau gobe jiya ce tace nake kake muke kuke kuwa toh ma dai fa kadai sosai yawa domin saboda tun \
    tunda inda abin abu abun aiki mata yara matsala fatan gaba kasa kasar kano arewa hausa shugaba malam ubangiji rahama amin allahu \
    babban babba karami sabon sabuwa tsohon samu shiga fita dawo tafi tafiya gani kaji wane wace wadda wadanda duniya rayuwa rai \
    zuciya hankali mutumin namu naku nasu naka taka tasa sama tare tsakanin bayan wajen ranar lokaci lokacin shekara mako zaka zaki \
    zamu zaku zasu kaka uwa uba yar yarda karya gaskiyar duba dubi bari barin yi yin yanzun";
/// Igbo.
pub(super) const IG: &str = "\
    ara obara gbakwa gbagbuo mmanwu egbe enigwe ogini udi ndia eme okwuru ekwo ikwu oku ikwa idi jehovah nkem obim asa asampete odi \
    nwa nwata nwunye nwanyi nwoke obodo umuaka umunwanyi anyinya gi onye nke chukwu anyi oma nwanne nna onu kwa nne isi ahu ezigbo \
    mgbe igbo maka umu chineke nsogbu ndu oge nma ututu ha adiro gwuru onwe odogwu mere ngwa ala ada anya eziokwu eze ekele chi anu \
    adighi uwa ukwu ubochi mmiri azu afo ozo uzo udo nnukwu eji ibu aga ji jisie ike oso uche obula nwe nwaanyi njo mee akwukwo ahia \
    ama ulo uka ocha obere nwannem nkea nka jiri ime ije igwe ga si nile niile ndo akpo asi gbasara biara hu nu aka maara amaghi aghi \
    gaghi anaghi enweghi kpu nyere were wee weta bata puo puta gbuo zoo kwuo kwuru gwa gwam mara ihea obi ohuru ochie ikpe nnaa oo \
    kwanu bikonu daalunu mmuo ekpere jesu jehova naijiria";
/// Swahili.
pub(super) const SW: &str = "\
     kwamba katika hivyo hilo hizo hayo hapo huko hapa wakati siku mwaka watu mtoto watoto ndugu rafiki nyumba pesa hela \
    shule kazi dunia nchi serikali rais mwanamke mwanaume wanawake kijana vijana mimi wewe sisi nyinyi yeye wao nini nani vipi lakini \
    kwenye hadi mpaka baada kabla kuhusu pamoja zaidi bado tayari sasa jana juzi wiki mwezi leo kesho kila yote wote zote vyote mzuri nzuri \
    vizuri mbaya kubwa ndogo mpya kidogo haraka polepole unaweza naweza ninaweza tunaweza mnaweza inaweza nisaidie nipatie nionyeshe niambie \
    tuma weka wimbo muziki cheza zima washa kengele kumbusha nikumbushe fungua funga andika soma tafuta nenda njoo twende kula kunywa kulala \
    kununua kuuza kulipa kufanya kwenda kuja kupata kutoka kuona kusema kuleta simu namba ujumbe picha barua jina yako yetu yenu yao \
    langu lake letu wako wake wetu wenu wao changu chako chake wangu zangu zako zake mungu amani upendo furaha heri pole samahani shikamoo \
    marahaba mkate chai kahawa maziwa nyama ndizi matunda mboga ugali mchele sukari chumvi shamba mji kijiji barabara uwanja ndege basi treni \
    hoteli mgahawa soko benki hospitali daktari dawa ugonjwa maji moto baridi joto mvua jua hali hewa asubuhi mchana jioni usiku \
    dakika nusu robo ishirini thelathini arobaini hamsini mia elfu milioni akaunti kadi salio muamala huduma tiketi safari hii hiyo hao huyu \
    yule wale lile ambao ambayo ambaye ndani nje juu chini mbele nyuma karibu mbali kulia kushoto habari nzima ngapi wapi lini kweli \
    ukweli sijui najua nafikiri nadhani nahitaji ninahitaji ninataka tunataka unataka anataka wanataka alikuwa walikuwa nilikuwa ilikuwa atakuwa";
/// English.
pub(super) const EN: &str = "\
    it on in at by from as or if but not all just when there here was were been has had he she they them his her him our us about out \
    up so some any more very good great love back time day now new one two people because which who its youre im dont cant am be we i \
    no yes person money make go going come know see tell table book booking reservation card account call much why many number phone \
    name order today tomorrow thanks thank possible should change cancel still way check pay payment made";
