"""English verbs and plurals whose forms no stemmer brings together."""

from shared.text.lexicon import lexicon

FORMS = lexicon(
    "be:been become:became begin:began,begun bring:brought build:built buy:bought catch:caught choose:chose,chosen",
    "come:came do:did,done draw:drew,drawn drive:drove,driven eat:ate,eaten fall:fell,fallen feel:felt fight:fought",
    "fly:flew,flown forget:forgot,forgotten give:gave,given go:went,gone grow:grew,grown hold:held keep:kept",
    "know:knew,known lead:led lend:lent lose:lost make:made meet:met pay:paid ride:rode,ridden run:ran say:said",
    "seek:sought sell:sold send:sent shoot:shot sing:sang,sung sleep:slept speak:spoke,spoken spend:spent",
    "steal:stole,stolen swim:swam,swum take:took,taken teach:taught tell:told think:thought throw:threw,thrown",
    "understand:understood wear:wore,worn win:won write:wrote,written",
    "child:children foot:feet man:men mouse:mice tooth:teeth woman:women",
)
"""`base:form,form`; forms that are words of their own as well (found, left, saw, lay, bore) are left out."""

BASES = {form: base for entry in FORMS for base, forms in [entry.split(":")] for form in forms.split(",")}
"""The base by each of its irregular forms."""
