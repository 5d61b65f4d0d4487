/**
 * The words with which people opt out, opt in and ask for help. All are lower case, with plain apostrophes and
 * without punctuation around them. Replies are brought to the same form.
 */

/** Twilio's own keywords: the whole message, one word, any case. The last two came with the US rule of April 2025. */
export const CARRIER_STOP = ["stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke"];
export const CARRIER_START = ["start", "yes", "unstop"];
export const CARRIER_HELP = ["help", "info"];

/**
 * Other whole messages that mean STOP but are not the carrier's keywords (47 CFR 64.1200(a)(10): any reasonable
 * means).
 */
export const OUR_STOP = [
  ...["stop all", "stop messages", "stop texts", "unsub", "opt out", "opt me out", "remove", "remove me"],
  ...[
    "delete me",
    "go away",
    "get lost",
    "fuck off",
    "piss off",
    "bugger off",
    "f off",
    "eff off",
    "cease",
    "halt",
    "desist",
    "cease and desist",
  ],
  ...["no more", "no mas", "no más", "removeme", "stopp", "🛑"],
  ...["stop2end", "stop 2 end", "stop2quit", "stop2stop", "stop to end", "dnd", "dnc", "do not disturb"],
];

/** Words around a keyword that do not change its meaning: "Hi, stop please. Thanks mate". */
export const COURTESIES = new Set(
  (
    "please pls plz plse pleas thanks thankyou thx ty tks cheers ta hi hello hey hiya gday sorry ok okay " +
    "kindly now immediately asap just already mate bro man dude guys sir maam madam team folks people love " +
    "merci svp bitte danke gracias grazie tyvm tysm tyia thanx thnx thks thanku kthx kthxbye " +
    "bye goodbye regards pleaes pleese pleasee plase plese pleae ples plez plis"
  ).split(" "),
);

/** Words that change the meaning of an opt-out phrase after them: "don't stop texting me", "why did you stop …". */
export const NEGATES_OPT_OUT =
  /\b(?:(?:don'?t|do not|doesn'?t|does not|never|not|didn'?t|did not|won'?t|will not|wouldn'?t|can'?t|cannot) (?:you )?(?:ever )?(?:want (?:you )?to |wish to )?(?:please )?|(?:did|have (?:you|u|they|we)|has|had|why|when|unless|if|before(?! to\b)|until) (?:\w+ ){0,3}|(?:we|they|govt|government) (?:must|need to|have to|should|can|will|gotta) (?:all )?|(?:we|i|they)'ll |i (?:will|can|should) )$/;

const TEXTS =
  "(?:texts?|txts?|text ?messages?|messages?|msgs?|sms(?:es)?|spam|notifications?|alerts?|reminders?|communications?|promos?|promotions?|marketing|advertis(?:ing|ements?))";
const ME = "(?:me|us|my (?:number|phone|mobile|cell|name|details|email)|this (?:number|phone|mobile|cell))";
const THESE =
  "(?:(?:the|these|those|this|that|all|any|your|ur|more|further|future|such|damn|bloody|fucking|stupid|sending|of|me) )*";
/** Spellings of "texting" and "messaging" by thumbs. */
const MISTYPED = "te?xt?i?n[g']?|texti?ng|te?xing|mess?a?ga?in[g']?|mesa?g(?:e|ing)|messge|masag(?:e|ing)";
const CONTACT_VERB = `(?:text|texting|txt|txting|messag(?:e|ing)|msg|msging|sms|smsing|contact|contacting|spam|spamming|both(?:er|ering)|harass|harassing|annoy|annoying|hassl(?:e|ing)|pester|pestering|bug|bugging|call|calling|phone|phoning|ring|ringing|email|emailing|disturb|disturbing|notify|notifying|alert|alerting|ping|pinging|blast|blasting|bombard|bombarding|badger|badgering|nag|nagging|${MISTYPED})`;
const CONTACTING = `(?:${CONTACT_VERB}(?: ?(?:or|and|&|\\/|nor|,) ?${CONTACT_VERB})*)`;
const TEXTING =
  "(?:text|texting|txt|txting|messag(?:e|ing)|msg|msging|sms|smsing|contact|contacting|spam|spamming)";
const HALT = "(?:stop|stopp|quit|cease|discontinue|finish|halt|refrain from)";
const DONT = "(?:don'?t|do not|never|dont ever|do not ever|don'?t ever|not to|no longer)";
const EVER =
  "(?:again|ever|any ?more|any longer|please|pls|thanks|thank you|at all|on this number|at this number|back|mate)";
// "Don't call me, text me" chooses a channel: it is not an opt-out.
const END =
  "(?= ?(?:[.!?,;\\n]|$))(?!,? ?(?:please |just |but )?(?:text|txt|sms|message|call|ring|email|use|i'll)\\b)";
const LIST =
  "(?:(?:your|ur|this|that|the|all|any|every|these|those|of|mailing|contact|contacts|marketing|text|texting|sms|message|messaging|distribution|phone|call|calling) )*(?:lists?|data ?bases?|db|system|records?|group|thread|chat|texts?|txts?|messages?|msgs?|sms|mailing|contacts|subscription|campaign|spam|service|it|this|these)";

const MINE =
  "(?:my|our|this) (?:contact (?:info|information|details)|personal (?:info|information)|number|phone(?: number)?|cell(?: (?:phone|number))?|name|info|information|details|mobile)";
const THANKS = "(?:please|pls|now|thanks|thank you|asap|immediately|can we|ok)";
/** The end of a clause, or a courtesy or "from your list" before it. */
const END_OR_FROM = `(?=(?: ${THANKS})? ?(?:[.!?,;\\n]|$)| (?:from|off|out of) (?:your|this|these|the list|the system|all|any|ur)\\b)`;
const END_OR_THANKS = `(?= ?(?:[.!?,;\\n]|$)| ${THANKS}\\b)`;

/** Why people stop, right after the keyword. */
const REASON =
  "(?:i|we|i'm|im|we're|he|she|they|my \\w+)(?: (?:am|are|have|has|is|'ve|'m|just|already|recently|no longer|don'?t|do not))* (?:found|bought|sold|moved|hired|signed|got (?:one|it|another|someone)|switched|changed|died|passed away|dead|not interested|need|want|live|own|know you|use|unsubscrib\\w*|asked|told|said)|(?:already |just )?(?:found|bought|sold|moved|hired|got) (?:one|it|another|someone|somebody|elsewhere|already|away|out)|already (?:have|got|bought|sold|found|told|asked|said)|thanks? (?:you )?for (?:everything|all|nothing)|no longer|not interested|wrong (?:number|person)|you(?:'ve| have) (?:got )?(?:the )?wrong|this is (?:a|the|my) (?:wrong|work|business|kid|child|landline)|too many (?:texts|messages)";

/** Opt-out phrases, anywhere in a sentence. Words before them may negate them. */
export const OPT_OUT_PHRASES: readonly RegExp[] = [
  // stop texting me; quit messaging this number; stop sending me these; stop contacting us
  new RegExp(`\\b${HALT} ${CONTACTING}(?: (?:${ME}|here|${THESE}${TEXTS}|${EVER})\\b|${END})`),
  new RegExp(
    `\\b${HALT} (?:sending|receiving|getting) (?:${ME} )?(?:${THESE}${TEXTS}\\b|(?:these|this|them|those|stuff|shit|crap|rubbish|junk|anything)\\b|${EVER}|to (?:me|this number)\\b)`,
  ),
  new RegExp(`\\b${HALT} (?:sending(?: ${ME})?|receiving)${END}`),
  new RegExp(`\\b${HALT} (?:using|sharing|selling) my (?:number|phone|mobile|details|name)\\b`),
  // stop these texts; end all messages; no more texts; enough texts; cancel these messages
  new RegExp(
    `\\b(?:(?:${HALT}|knock|cut)(?: it)?(?: off| out)?(?: already)?|no more) (?:with )?${THESE}(?:(?!the |a |to |and )\\w+ )?(?:${TEXTS}|contact)\\b`,
  ),
  /\b(?:end|cancel|terminate|kill|(?:turn|shut|switch) off|disable|deactivate|enough(?: already)?(?: with| of)?) (?:(?:all|the|these|this|your|ur|of|any|my) )*(?:texts|txts|text messages|messages|msgs|sms|spam|text (?:message )?(?:alerts|notifications|subscription)|sms (?:alerts|notifications|subscription))\b/,
  /\b(?:(?:turn|shut|switch) off|disable|deactivate) (?:(?:all|the|these|this|your|my) )*(?:notifications|alerts|subscription)\b/,
  /^(?:please )?(?:end|cancel|terminate|stop) (?:this|the text|text|sms|texting) (?:subscription|service|program|alerts?)(?: please| now)?$/,
  /\b(?:discontinue|suspend|halt|deactivate|disable|cancel|end|terminate) (?:(?:my|this|the|all|your) )*(?:text|sms|texting|text message|messaging) (?:subscriptions?|alerts?|service|notifications|program|enrollment)\b/,
  /\b(?:no|without) (?:more|further) of (?:these|this|them|those)\b/,
  // remove me; take me off your list; delete my number; lose my number; get me off this list
  new RegExp(
    `\\b(?:remove|delete|erase|scrub|unlist|drop|purge|exclude|eliminate) ${ME}(?:${END}| (?:${EVER}|immediately|now|asap)\\b| (?:\\w+ )?(?:from|off|out of|of) ${LIST}\\b)`,
  ),
  new RegExp(
    `\\b(?:take|get|keep|want|wipe|strike|cross|scratch|pull|drop|cut|scrub|kick|yank|clear|leave) (?:${ME}|my (?:contact|info|information|cell ?phone|contact info|phone number|cell number)|him|her|them) (?:\\w+ )?(?:off|of|removed from|taken off|out of|from) (?:of )?${LIST}\\b`,
  ),
  /\b(?:want|get|be|come) (?:taken |removed )?(?:off|out of|from) (?:of )?(?:(?:your|ur|this|these|all|any|mailing|text|contact) )+(?:lists?|data ?base|system|texts|messages)(?! of)\b/,
  new RegExp(
    `\\b(?:remove|delete|take) (?:(?:from|off) (?:(?:your|ur|the|this|all|any|mailing) )*lists?\\b|(?:my )?(?:number|contact(?: details)?)${END})`,
  ),
  /\bopted out already\b|\balready opted out\b/,
  new RegExp(`\\btake (?:${ME}|my contact info|my info|my contact) off(?: please| pls)?${END}`),
  new RegExp(`\\b(?:take|get|keep) ${ME} off (?:please|now|immediately|thanks)\\b`),
  /\b(?:want|like|wish|need|ask(?:ed|ing)?|request(?:ed|ing)?|prefer|demand(?:ed)?) (?:that my number )?to be (?:removed|taken off|deleted|unsubscribed|opted out|left alone)\b/,
  new RegExp(
    `\\b(?:loo?se|delete|forget|remove|erase) (?:my|our) (?:num|info|contact info|contact|digits|details)(?:${END}| (?:please|pls|now|thanks|ok)\\b)`,
  ),
  new RegExp(
    `\\b(?:take|get|pull) (?:my|this|our) (?:name|num|number|phone|cell number|cell) (?:off|out)(?:${END}| (?:please|pls|ty|now|thanks|of (?:this|here|your))\\b)`,
  ),
  /\b(?:loo?se|delete|forget|remove) (?:my|this|his|her|their|our) (?:\w+ )?(?:number|name)\b(?! (?:from|off|on|in) (?:the|my|that|our) (?:order|booking|invoice|appointment|reservation|quote))/,
  /\b(?:put|add) (?:me|us|my number|this number) (?:on|to|in) (?:(?:your|the|ur) )?(?:(?:do[- ]not[- ](?:call|contact|text|disturb)|dnc|no[- ](?:call|contact)|suppression)(?: ?lists?)?|(?:opt[- ]?out|unsubscribe) ?list)\b/,
  // I'd like my contact info removed; please be removed; requesting removal
  new RegExp(
    `\\b(?:want|like|need|wish|prefer|request|requesting|asking for|have|get) ${MINE} (?:to be )?(?:removed|deleted|taken off|taken out|erased|purged|wiped|unsubscribed)${END_OR_FROM}`,
  ),
  new RegExp(
    `^(?:thanks,? |thank you,? |hi,? |hello,? )?(?:please |pls |kindly |i |i'd |we |would |like to |want to |need to |wish to |asking to |requesting to |request to )+(?:be|get) (?:removed|taken off|unsubscribed|deleted|opted out|unenrolled)${END_OR_FROM}`,
  ),
  /\b(?:request|requesting|asking for|demand) (?:(?:the|a|an|for|immediate) )*(?:removal|deletion|unsubscription|opt[ -]?out)\b(?! of the)|^(?:removal|unsubscription|opt[ -]?out|deletion) (?:please|pls|request|requested)\b/,
  // end all communication; discontinue any further contact
  /\b(?:end|cease|halt|terminate|discontinue|suspend|stop|cut) (?:(?:all|any|and|further|this|your|future|these|of) )+(?:communications?|contact|correspondence|messaging|outreach|solicitations?|texting)(?= ?(?:[.!?,;\n]|$)| (?:immediately|please|pls|with|to|now|asap|at once)\b)/,
  // this phone belongs to the company please remove it; a family phone, don't text it
  new RegExp(
    `\\b(?:phone|number|line|landline|cell|mobile)\\b[^!?\\n]*?[,.;\\n ] ?(?:please |pls |so |kindly )*(?:(?:remove|delete|erase) (?:it|this)|take (?:it|this) off|(?:(?:${DONT}|${HALT}) ${CONTACTING} (?:it|this)))${END}`,
  ),
  // can you not text me anymore
  new RegExp(
    `\\b(?:can|could|would|will) (?:you|u|y'?all|ya|you guys)(?: (?:please|pls|kindly|just|maybe))* not ${CONTACTING}(?: ${ME})?(?:${END}| ${EVER}\\b)`,
  ),
  // I don't need this stop; I'd like these to stop
  /\b(?:don'?t|do not|never|not|no longer) (?:need|want|like|care for|ask(?:ed)? for|interested in|have time for|appreciate) (?:any of )?(?:this|these|that|it|them|texts|messages)[ ,]*(?:please |pls |so |just )?stop(?= ?(?:[.!\n]|$)| it\b| please\b)/,
  new RegExp(
    `\\b(?:want|like|love|need|prefer|wish) (?:for )?(?:these|this|it|all this|all of this|${THESE}${TEXTS}) to (?:stop|end|cease)${END_OR_THANKS}`,
  ),
  // stop all this; cut it all out; shut these texts off
  /^(?:please |pls |just |ok |u need to |you need to )?(?:stop|end|quit|cut out) (?:(?:with )?all (?:of )?(?:this|that|these|it)|it all|everything)(?: (?:please|pls|now|thanks|immediately))?$/,
  new RegExp(`\\b(?:shut|turn|switch|cut) ${THESE}${TEXTS} off\\b`),
  // sold it, u can take me off; you should stop texting me
  new RegExp(
    `\\b(?:you|u|y'all|you guys) (?:can|may|could|better|should|need to|have to|must) (?:please |pls |just )?(?:take me off|remove me|unsubscribe me|delete (?:me|my number)|lose my number|(?:stop|quit) ${CONTACTING})`,
  ),
  // I'm opting out; unsubscribing from this
  /\b(?:i'?m|i am) (?:unsubscribing|unenrolling|removing myself)(?= ?(?:[.!?,;\n]|$)| (?:now|from (?:this|these|your|the (?:list|texts|messages)))\b)/,
  // keep your texts off my phone; stop blowing up my phone
  new RegExp(
    `\\b(?:get|keep) (?:${THESE}${TEXTS}|this stuff|these|this) (?:off|out) (?:of )?my (?:phone|cell|inbox)\\b`,
  ),
  /\b(?:stop|quit) (?:blowing|lighting|filling|clogging) up my (?:phone|cell|inbox)\b|\b(?:stop|quit) clogging my (?:phone|cell|inbox)\b/,
  // I'd appreciate it if you discontinued these texts, or took me off your list
  new RegExp(
    `\\b(?:great|nice|grateful|thankful|appreciate(?: it)?|glad|happy|kind) if (?:we|you|u)(?: (?:would|could|can|please))* (?:(?:discontinued?|ceased?|halted|halt|ended|end|stopped|stop) ${THESE}(?:${TEXTS}|contact)|(?:removed?|took|take|deleted?) ${ME}(?:${END}| (?:off|from)))`,
  ),
  // delete this line from your messages
  new RegExp(
    `\\b(?:remove|delete|erase|unsubscribe|exclude|withdraw) (?:this|my|our) (?:cell ?phone|cell|line|phone|device|contact|landline|contact info)(?:${END}| (?:please|pls|now|immediately|asap)\\b| (?:from|off) ${LIST}\\b)`,
  ),
  // stop, I'm not interested; stop, you have the wrong number
  /^(?:please )?stop(?: it)?,? (?:(?:i am|i'm|im|we are|we're|you have|u have|you've got|you got|this is|it is|it's)(?: the| a| just| really| so)* )?(?:not interested|no longer interested|wrong (?:number|person)|not (?:him|her|them)|(?:tired|sick) of (?:these|this|your|you)|fed up|done with (?:you|this))\b/,
  // wrong number, remove
  /\b(?:wrong (?:number|person|guy)|not interested),? (?:please |pls |so )?(?:remove|delete)(?: please| pls)?$/,
  // so stop; but please stop: the last words
  /\b(?:so|but|now|just|nope|and) (?:please |pls )?stop(?: it| this| that| now| please| pls| thanks| thx)?$/,
  /\b(?:have|need|got) to (?:say|tell (?:you|u)(?: to)?|ask (?:you|u) to) stop\b/,
  /\bmake (?:the|these|this|it|all|your|ur)(?: \w+)? stop\b/,
  // stop or I'll report you; remove me before I call my lawyer
  /^(?:please |just |yo |hey )*(?:stop|quit it|quit|cease|unsubscribe|remove me|delete me|take me off|leave me alone|lose my number)(?: (?:it|this|now|please|these|texting|messaging|me))* (?:or|otherwise|before)(?: (?:else|i|we|i'll|ill|i'm|im|we'll|my)\b|[.!]*$)/,
  new RegExp(
    `\\b${HALT} ${CONTACTING}(?: ${ME})? (?:or|otherwise) (?:else|i|we|i'll|ill|i'm|im|we'll|my)\\b`,
  ),
  // stop, found someone else; stop. I sold the house; stop, thanks for everything
  new RegExp(
    `^(?:please |pls |ok |wrong (?:number|person),? )?stop(?: it| please| now)?[,.;:!-]+ ?(?:(?:sorry|but|as|because) )?(?:${REASON})\\b`,
  ),
  // how did you get my number? Remove it
  /\b(?:number|info|information|name|details|contact|phone|list)\b[^.!?\n]*[.!?\n]+ ?(?:please |pls |so |just |and )?(?:remove|delete|erase|lose) (?:it|me|this|that)\b/,
  // it would be great if you stopped texting me; make sure I'm off the list; confirm you removed me
  new RegExp(
    `\\b(?:great|nice|grateful|thankful|appreciate(?: it)?|glad|happy|love it|better|best) if (?:you|u|y'all|you guys)(?: (?:would|could|can|just|please))* (?:stop|stopped|quit) (?:${CONTACTING}|sending)\\b`,
  ),
  /\b(?:make sure|ensure|confirm|verify|be sure|certain)(?: that| if)? (?:you (?:have |'ve )?(?:removed|deleted|unsubscribed|taken|took) (?:me|us|my number|this number)|(?:i'?m|i am|i have been|i've been|i was|we are|we're|my (?:\w+ )?(?:number|name|info|details|phone)(?: is| has been| was| gets| will be)) (?:now |fully |completely )?(?:off|removed|deleted|unsubscribed|opted out|taken off|gone from|not on))\b/,
  /\b(?:can|could|may) (?:i|we|my number) (?:please )?be (?:removed|deleted|unsubscribed|taken off|opted out)(?= ?(?:[.!?,;\n]|$)| (?:please|pls|from (?:this|your|the|these|all)|off)\b)/,
  // I don't want to get these; I don't want any of this
  new RegExp(
    `\\b(?:${DONT}|not) (?:want|wish) (?:to (?:get|receive|see) (?:any of )?(?:these|this)|any(?: ?more)? of (?:these|this)|your (?:stuff|shit|crap))${END}`,
  ),
  // unsubscribe in any sentence that does not negate it; unambiguous misspellings
  /\b(?:unsubscribe|unsubscribed|unsubscribing now|unsubcribe|unsuscribe|unsubscibe|unsubscrib|unsubsribe|unsubscript|unsub)\b/,
  new RegExp(
    `\\bopt(?:ing|ed)?[ -]?(?:me |us )?out(?:${END}| (?:please|pls|now|thanks|immediately|again)\\b|(?: of| from) (?:${THESE}(?:${TEXTS}|list|everything|all|it|this|these|future|further)|receiving|getting)\\b)`,
  ),
  // don't text me again; never contact this number; do not send me any more of these
  new RegExp(
    `\\b${DONT} ${CONTACTING} (?:${ME}|here)(?:${END}(?!, ?(?:text|txt|call|ring|email|just|use|message|i'll))| ${EVER}\\b)`,
  ),
  new RegExp(`\\b${DONT} (?:(?:text|txt|message|msg|contact)${END}|${CONTACTING} ${EVER}\\b)`),
  new RegExp(`\\b${DONT} write(?: (?:to )?${ME})?(?:${END}| ${EVER}\\b)`),
  // do not call or text; no calls or texts
  new RegExp(
    `\\b(?:${DONT}|no) ${CONTACT_VERB}s? ?(?:or|and|nor|&|\\/) ?${CONTACT_VERB}s?(?: ${ME})?(?:${END}| ${EVER}\\b)`,
  ),
  new RegExp(
    `\\b${DONT} send (?:${ME} )?(?:${THESE}${TEXTS}\\b|anything|nothing|any ?more|these|this|them|stuff)(?:${END}| (?:else|${EVER})\\b)`,
  ),
  // I don't want these texts; I no longer wish to receive messages; I do not want to be contacted
  new RegExp(
    `\\b(?:${DONT}|didn'?t|did not) (?:want|wish|need|like getting|like receiving|agreed?|consent(?:ed)?|sign(?:ed)? up|ask(?:ed)?)(?: for| to (?:receive|get|hear|have|see|be getting|be receiving|keep getting))? ${THESE}(?:${TEXTS}|from you|from your|to these)\\b`,
  ),
  new RegExp(
    `\\b(?:${DONT}|not) (?:want|wanting|wish|wishing|need) (?:any ?more|to be (?:contacted|texted|messaged|spammed|bothered|called|on (?:your|this|the|any) list)|(?:you|u) (?:to )?${TEXTING}|to hear from|(?:these|any of these|them)${END}|to (?:receive|get) (?:these|this|them|any ?more|anything))\\b`,
  ),
  new RegExp(
    `\\b(?:(?:no longer|not) interested in|no longer (?:want|wish|need)) (?:to )?(?:(?:receive|get|receiving|getting) )?(?:${THESE}${TEXTS}|these|this)\\b`,
  ),
  new RegExp(
    `\\b(?:prefer|rather|wish|want|choose|like|ask(?:ing|ed)?) (?:to )?not (?:to )?(?:be (?:contacted|texted|messaged|called|bothered|spammed)|(?:get|receive|have|see|hear) (?:any ?more |any |further )?(?:${THESE}${TEXTS}|these|this|them)|hear from you)\\b`,
  ),
  /\bleave (?:me|us) (?:the (?:hell|fuck) )?(?:alone|be)\b/,
  /\b(?:fuck|piss|bugger|sod|rack|nick) (?:right )?off(?= ?(?:[.!?,;\n]|$)| (?:and|you|mate|with your)\b)/,
  /\b(?:revoke|withdraw|withdrawing|revoking|cancel) (?:my |all |any )*(?:consent|permission|authori[sz]ation)\b/,
  /\b(?:do not|don'?t|never|no longer|not) (?:have|given|give|gave|got) (?:you |u )?(?:my |any )?(?:consent|permission)\b/,
  /\bi (?:do not|don'?t|did not|didn'?t|no longer|never) (?:ever )?consent(?:ed)?(?= ?(?:[.!?,;\n]|$)| to (?:these|this|your|be|being|receiv\w+|texts?|messages?)\b)/,
  // I said stop; I asked you to stop; will you stop; I want you to stop; I have texted STOP three times
  /\b(?:i|we)(?:'ve| have|'m| am)? (?:already |just |only )?(?:said|say|saying|replied|reply|texted|typed|sent|wrote|told|asked|asking|telling)(?: (?:you|u|them|back|to|so|please|it|before|already|twice))* ["(]*(?:to )?stop\b["')]*(?= ?(?:[.!?,;\n]|$)| (?:it|this|these|please|already|again|now|\d+|once|twice|three|four|many|several|multiple|before|last|yesterday|and you|but)\b)/,
  /\b(?:want|need|like|begging|demand) (?:you|u|this|these|it|all this|them|these texts|the texts) (?:to )?stop(?:ped)?(?= ?(?:[.!?,;\n]|$)| (?:please|now|it|this|that|immediately)\b)/,
];

/** A sentence (or a whole message) that can only mean "stop": "will you stop", "make it stop!!". */
export const BARE_STOP =
  /^(?:(?:i said|i say|said|just|not interested|will you|would you|can you|could you|can u|will u|you must|you need to|u need to|make it|make this|make them|for the last time|omg|ffs|wtf|god|gosh|jesus|christ|jeez|enough|again|seriously|honestly|actually|literally|really|frankly|ugh+|argh+|um|uh|er|well|alright|fine|yo|ay|listen|look|lady|buddy|pal|bruh|boss|nah|nope|no|yes|yeah|yep|and|so|but) )*(?:s+t+o+p+|stop ?all|unsubscribe)(?: (?:it|this|that|them|these|all|everything|no more|now|me|ffs|lol|right now|at once|doing this|2 end|to end|s+t+o+p+))*(?: (?:you|u)(?: \w+){1,2})?$/;

/** The opt-out instruction of senders. In a reply it is a quotation, or the footer of a machine's answer. */
export const STOP_INSTRUCTION =
  /\b(?:reply|text|txt|send|respond|answer|type)(?: back)?(?: with)? ["'(]*(?:stop|end|quit|unsubscribe|unsub|cancel|optout)["')]* (?:to|2) (?:opt|end|unsub|stop|cancel|quit|be|get|leave|no|not|discontinue|cease|decline|finish|remove)[^.!?\n]*/g;

/** A word of agreement that begins a text. */
export const SAYS_YES = /^\W*(?:yes|yep|yeah|yea|y|ok|okay|sure|si|sí|oui|ja|sim)(?![\p{L}\p{N}])/iu;

/** How people who opted out ask for texts again, other than by the carrier's words. */
export const WANTS_TEXTS =
  /\b(?:re-?subscribe|subscribe|un-?stop|resume|restart|start(?: (?:again|over|sending|texting|messag\w+|up))?|opt(?:ing|ed)?[ -]?(?:me )?(?:back )?in|(?:sign|add|put) me (?:back )?(?:up|on|in|again|back)|(?:text|txt|message|msg|contact|send) me (?:\w+ ){0,3}again|changed my mind|(?:want|like|get|receive|miss) (?:\w+ ){0,3}(?:texts?|messages?|offers?|news) (?:again|back)|(?:texts?|messages?) again)\b/i;

/** How people write words of a request on a phone. Only forms that are no other word. */
export const SHORT_FORMS: Readonly<Record<string, string>> = {
  ...{ dnt: "dont", dontt: "dont", donot: "do not", dunt: "dont", doent: "dont", dosnt: "doesnt" },
  ...{ nomore: "no more", "w/": "with", msgin: "messaging", txtin: "texting", textin: "texting" },
  ...{ callin: "calling", sendin: "sending", messagin: "messaging", botherin: "bothering" },
  ...{ stpo: "stop", sotp: "stop", stopp: "stop", tsop: "stop", sttop: "stop", stopit: "stop it" },
  ...{ rmv: "remove", rmove: "remove", remov: "remove", delet: "delete", numbr: "number", numba: "number" },
  ...{ wanna: "want to", gonna: "going to", gotta: "got to", alredy: "already" },
  ...{ plase: "please", plese: "please", pleese: "please", pleas: "please", pleaes: "please" },
  ...{ textign: "texting", txting: "texting", mesaging: "messaging", contating: "contacting" },
  ...{
    delte: "delete",
    dleete: "delete",
    delelte: "delete",
    lisst: "list",
    mesage: "message",
    mesages: "messages",
    messges: "messages",
    mssgs: "messages",
  },
};
export const SHORT_FORM = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${Object.keys(SHORT_FORMS).join("|")})(?![\\p{L}\\p{N}])`,
  "gu",
);
/** "w the texts": "with". Alone, "w" is a word of Polish. */
export const WITH = /(?<=\b(?:stop|quit|enough|cease) )w(?= (?:the|these|this|ur|your|all)\b)/g;
/** "lose my # please": the sign for "number". */
export const NUMBER_SIGN = /(?<=\b(?:my|this|the|that|wrong|ur|your|his|her|our) )#(?![\p{L}\p{N}])/gu;
/** Swearing between the words of a request: "stop fucking texting me". */
export const SWEARING =
  /(?<=\b(?:stop|quit|cease|enough|from|my|me|the|these|this|your|ur|of|with|no|more|all) )(?:the )?(?:fuck(?:ing|in'?|en)|f\*+(?:ing)?|effing|f[iae]?king|freak(?:ing|in'?)|frigg(?:ing|in'?)|frick(?:ing|in'?)|(?:god ?)?damn(?:ed)?|bloody|motherfucking) (?=[a-z])/g;
/** Thanks and good wishes of several words, which change nothing. */
export const GOOD_WISHES =
  /\b(?:thank (?:you|u)|thanks) (?:so much|very much|a lot|in advance|kindly|again)\b|\bhave a (?:good|great|nice|blessed|lovely) (?:day|one|night|evening|weekend)\b|\bgod bless(?: you)?\b|\bmuch appreciated\b|(?<=[a-z][.,!]? )good day\b|\bbest regards\b/g;
