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
    "kindly now immediately asap just already mate bro man dude guys sir maam mam madam team folks people love " +
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

/** Verbs of ending, and what senders send, as they stand in a message that says no more. */
const ENDING =
  "(?:stop|stopp|quit|end|cancel|terminate|discontinue|suspend|disable|deactivate|cease|halt|kill|block|no more|enough(?: with)?|enough of|done with|turn off|shut off|switch off|opt out of|stop with|quit with|unsubscribe from|remove me from|stop sending(?: me| us)?|quit sending(?: me| us)?|stop receiving|stop getting)";
const THESE_OF =
  "(?:the|these|those|this|that|all|any|your|ur|my|our|of|more|further|future|other|such|damn|bloody|fucking|stupid|dumb|annoying|unwanted|unsolicited|constant|endless|sending|delivery of|automated|automatic|auto|daily|random|with) ";
const SENT =
  "(?:texts?|txts?|text ?messages?|messages?|messaging|texting|msgs?|mssgs|sms(?:es)?|spam|spamming|notifications?|alerts?|communications?|updates?|text (?:alerts?|updates?|service|subscription|program|notifications?)|sms (?:alerts?|updates?|service|subscription|program|notifications?)|mobile alerts?|messaging service|message service|subscriptions?|contact|contacting|correspondence|harassment|nonsense|bullshit|bs|garbage|junk|crap|shit)";

/** Greetings and calls before the keyword. */
const BEFORE_STOP =
  "(?:(?:please|pls|plz|hey|hi|hello|yo|ok|okay|no|nope|nah|sorry|sir|maam|ma'am|dude|bro|bruh|lol|thanks|ugh|omg|but|so|just|again|look)[,.! ]+)*";
const AFTER_STOP = "(?: (?:please|pls|plz|it|this|now|already|thanks|thx|ty|asap|lol))*[.! ]*";
/** Why people stop, beside the keyword, without a mark between them. */
const WHY =
  "(?:i already|i(?:'ve| have| just|'ve already| have already)? (?:voted|moved|sold|donated|gave|bought|paid|found|retired|died|told|unsubscribed|opted)|i(?:'m| am|m) (?:not|no longer|already|tired of|sick of|sick and tired|over|done with|a minor|a kid|\\d+|at work|in class|in a meeting|driving|asleep|sleeping|on vacation|broke|good|all set|the wrong|retired|deceased|dead)|i (?:don'?t|do not|dont|didn'?t|did not|never|no longer|ain'?t)(?: even| really)? (?:want|need|know|live|own|shop|drive|have|use|care|like|read|vote|work|ask|sign|signed|give|gave|agree|consent|recall|remember|subscribe)\\w*|i get (?:charged|too many|these|enough)|we (?:already|don'?t|do not|dont|no longer|never|are not|aren'?t|'re not|sold|moved|have (?:insurance|one|someone|a)|went with|just|got)|we're (?:not|good|all set)|(?:my|our|his|her) (?:\\w+ ){1,2}(?:died|passed|is dead|has died|is deceased|has passed|moved|sold)|(?:he|she)(?:'s| is| has)? (?:died|dead|passed|moved|deceased|no longer|not|doesn'?t|gone)|this (?:isn'?t|is not|ain'?t|isnt|is n'?t|is (?:a|the|my|his|her) (?:wrong|work|business|company|kid|child|landline|private|family|school|new|different))|(?:nobody|no one|noone|aint nobody|ain'?t nobody|there'?s? (?:is )?no(?:body| one)?)\\b|(?:you|u|ya|y'all)(?:'ve| have| r|'re| are)?(?: got| are)? (?:the |a )?(?:wrong|text(?:ing)? (?:the wrong|too)|annoying|spamming)|wrong (?:number|person|guy|lady|house|address|#)|not (?:interested|selling|for sale|him|her|me|my|the|a|mine|looking|maria|\\w+'s)|no (?:interest|longer|need|house|thanks|thank you|one)|already (?:\\w+ ){0,2}(?:voted|sold|have|got|bought|done|moved|told|donated|gave|booked|hired|did|said|asked|found)|(?:got|bought|found|sold|hired|had) (?:it|one|that|someone|a|mine|ours)|too many (?:texts|messages|of these)|(?:idk|i dunno|don'?t know|dont know|never heard of)\\b|(?:im|i'm|am|so) (?:sick|tired|done|fed up|over)\\b|sick of\\b|tired of\\b|fed up\\b|it'?s (?:\\d|late|midnight|too (?:late|early|much)|not|the wrong)|who is this\\b|who(?:'s| dis| are (?:you|u))\\b|your (?:texts|messages)|these (?:texts|messages|are (?:annoying|spam|too|not|unwanted|getting|driving|waking))|aint\\b|ain'?t\\b)";
/** Words of refusing and complaining that are a reason, wherever they stand. */
const REASON_WORD =
  "(?:no|not|never|don'?t|dont|ain'?t|aint|isn'?t|isnt|wrong|already|sold|dead|died|deceased|passed away|hard pass|contract|blocking|block you|block this|report(?:ing|ed)? (?:you|u|this|these|to)|spam|spammers?|scam|scammers?|per text|each text|every text|charged?|limited (?:data|texts|plan)|prepaid|roaming|broke|harassment|harassing|illegal|i live in|moved|hate|annoying|tired|sick of|fed up|enough|ugh|wtf|wth|damn(?: it)?|dammit|god ?damn(?: it)?|jfc|ffs|nty|overseas|vacation|hospital|owner|tenant|renter|retired)";
/** "I don't know which bus stop": the word before the keyword makes another word of it. */
const NO_OTHER_STOP =
  "(?<!\\b(?:bus|train|tram|truck|rest|right|wrong|good|bad|same|nearest|closest|fuel|pit|full|non|next|last|first|second|third|final|the|a|an|that|which|what|my|your|our|his|her|one|door|every|metro|subway|coach|quick|gas|taxi|to|can't|cant|won't|wont|don't|dont|didn't|(?:do|does|did|should|can|will|would|must|could|has|have|is|was|are|may|might) not|never|must|should|shouldn't|will|would|could|can|may|might|does|doesn't|(?<!damn )it|they|he|she|we|i|who|(?:do|did|does|when|if|until|could|should|would|make|makes|let|why|can|will|where|as) (?:you|u)|they'll|we'll|i'll|he'll|she'll|makes|made|of|at|in|on|from|between|near|or|wanna|gotta|gonna|cannot))(?<!\\b(?:don'?t|dont|do not|can'?t|cant|cannot|won'?t|wont|never|not|didn'?t)[.,;:! -]*)";

/** Opt-out phrases that all have the word "stop": not looked for where it is missing. */
export const STOP_PHRASES: readonly RegExp[] = [
  // please stop, I'm in the UK now and this wakes me up: asked for, then a reason
  /^(?:hey|hi|hello|ok|okay|so|no|sorry|thanks)?[,.! ]*(?:please|pls|plz|kindly) stop(?: it| now| this)?[,.;:!-]+ ?(?:i(?! (?:can'?t|cannot|won'?t|will|have a|need|want to|love|like|laugh))|i'm(?! (?:laugh|cry|dying|blush|dead))|im|i've|we|we're|my|our|it's|its|it is|these|this|they)\b/,
  // I don't need this stop; I'd like these to stop
  /\b(?:don'?t|do not|never|not|no longer) (?:need|want|like|care for|ask(?:ed)? for|interested in|have time for|appreciate) (?:any of )?(?:this|these|that|it|them|texts|messages)[ ,]*(?:please |pls |so |just )?stop(?= ?(?:[.!\n]|$)| it\b| please\b)/,
  // stop, I'm not interested; stop, you have the wrong number
  /^(?:please )?stop(?: it)?,? (?:(?:i am|i'm|im|we are|we're|you have|u have|you've got|you got|this is|it is|it's)(?: the| a| just| really| so)* )?(?:not interested|no longer interested|wrong (?:number|person)|not (?:him|her|them)|(?:tired|sick) of (?:these|this|your|you)|fed up|done with (?:you|this))\b/,
  // so stop; but please stop: the last words
  /\b(?:so|but|now|just|nope|and) (?:please |pls )?stop(?: it| this| that| now| please| pls| thanks| thx)?$/,
  /\b(?:have|need|got) to (?:say|tell (?:you|u)(?: to)?|ask (?:you|u) to) stop\b/,
  /\bmake (?:the|these|this|it|all|your|ur)(?: \w+)? stop\b/,
  // stop, found someone else; stop. I sold the house; stop, thanks for everything
  new RegExp(
    `^(?:please |pls |ok |wrong (?:number|person),? )?stop(?: it| please| now)?[,.;:!-]+ ?(?:(?:sorry|but|as|because) )?(?:${REASON})\\b`,
  ),
  /\b(?:asking|asked|telling|told|tell|warning|warned|begging|begged|instructing|instructed|ordering|advising|demanding)(?: (?:you|u|you (?:people|guys|all|folks|clowns|idiots)|y'?all|them|your (?:company|people|team|office)))?(?: (?:to|that you|must|nicely|politely|kindly|many times|before|already))* (?:to |you )?stop(?= ?(?:[.!?,;\n]|$)| (?:it|this|these|please|already|now|texting|messaging|contacting|sending)\b)/,
  // stop we already have insurance; stop my dad died; stop im not reading these: the reason follows without a mark
  new RegExp(`^${BEFORE_STOP}stop (?:it |please |pls |now )?${WHY}`),
  // I don't even have a car stop; not selling stop; already got it done stop: the reason stands before
  new RegExp(
    `^${BEFORE_STOP}${WHY}(?: [\\w'#]+){0,12}?${NO_OTHER_STOP} (?:please |pls |plz |so |just |now )?stop${AFTER_STOP}$`,
  ),
  // that person is dead stop; roaming stop; I will block you stop: a reason somewhere before the last word
  new RegExp(
    `^(?!(?:did|does|do|when|where|how|which|is|are|was|will|make|let|see|watch|has|have|had|at|near|after|before|get|meet|if|can|could|would) )(?=[^?]*\\b${REASON_WORD}\\b)[^?]*${NO_OTHER_STOP} (?:please |pls |plz |so |just |now )?stop${AFTER_STOP}$`,
  ),
  /\b(?:want|need|like|begging|demand) (?:you|u|this|these|it|all this|them|these texts|the texts) (?:to )?stop(?:ped)?(?= ?(?:[.!?,;\n]|$)| (?:please|now|it|this|that|immediately)\b)/,
];

/** Opt-out phrases, anywhere in a sentence. Words before them may negate them. */
export const OPT_OUT_PHRASES: readonly RegExp[] = [
  // she doesn't want to receive these
  new RegExp(
    `\\b(?:doesn'?t|does not|no longer) (?:wants?|wish(?:es)?) (?:to be (?:contacted|texted|messaged|called|on (?:your|this|the) list)|(?:to (?:receive|get) |getting |any (?:more )?(?:of )?)?(?:(?:these|this|them)${END}|${THESE}${TEXTS}\\b))`,
  ),
  // I don't want these updates
  new RegExp(
    `\\b(?:${DONT}|no longer|not) (?:want|need|care for|care about|appreciate) (?:${THESE_OF})+${SENT}(?:${END}| ${EVER}\\b)`,
  ),
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
  /\b(?:put|add|place|mark|flag|list|register|enter|set|code|tag) (?:me|us|my (?:number|phone|cell|name)|this (?:number|phone|cell|line)|it) (?:on|onto|to|in|as|for|under) (?:(?:your|the|ur|a) )?(?:(?:do[- ]not[- ](?:call|contact|text|disturb)|dnc|no[- ](?:call|contact)|suppression)(?: ?lists?)?|(?:opt[- ]?out|unsubscribe) ?list)\b/,
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
  // wrong number, remove
  /\b(?:wrong (?:number|person|guy)|not interested),? (?:please |pls |so )?(?:remove|delete)(?: please| pls)?$/,
  // stop or I'll report you; remove me before I call my lawyer
  /^(?:please |just |yo |hey )*(?:stop|quit it|quit|cease|unsubscribe|remove me|delete me|take me off|leave me alone|lose my number)(?: (?:it|this|now|please|these|texting|messaging|me))* (?:or|otherwise|before)(?: (?:else|i|we|i'll|ill|i'm|im|we'll|my)\b|[.!]*$)/,
  new RegExp(
    `\\b${HALT} ${CONTACTING}(?: ${ME})? (?:or|otherwise) (?:else|i|we|i'll|ill|i'm|im|we'll|my)\\b`,
  ),
  // how did you get my number? Remove it
  /(?<=\b(?:number|info|information|name|details|contact|phone|list)\b[^.!?\n]*[.!?\n]+ ?(?:please |pls |so |just |and )?)(?:(?:remove|delete|erase|lose) (?:it|me|this|that)\b|take (?:it|me|this|that) off(?= ?(?:[.!?,;\n]|$)| (?:please|pls|now|your|the|ur)\b))/,
  // don't you dare text me again; I'm politely asking you to stop; ive said stop 3 times; no mor texts
  new RegExp(
    `\\b(?:don'?t|do not) (?:you|u|y'all)(?: (?:ever|dare|dare ever|ever dare))* ${CONTACT_VERB} (?:${ME}|here)(?:${END}| ${EVER}\\b)`,
  ),
  /^(?:(?:i|i've|ive|i have|have|already|we've|we) )*(?:said|replied|texted|typed|sent|responded|answered|wrote|repeated)(?: (?:back|with|you|the word|already))* ["'(]*(?:stop|unsubscribe|opt out)\b["')]*(?= ?(?:[.!,;\n]|$)| (?:\d+|once|twice|three|four|five|many|several|multiple|a (?:dozen|hundred|million)|before|last|yesterday|and (?:you|u|i|still|keep)|but|so|already|times|again|please|why)\b)/,
  new RegExp(`\\bno (?:mor|moar|mo|moore|mre|morre|nore) ${THESE}${TEXTS}\\b`),
  new RegExp(
    `\\b(?:want|need|like|love|prefer|wish) (?:to be |to get |to come |being )?(?:off|out of|out from) (?:of )?${LIST}\\b`,
  ),
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
  new RegExp(
    `^(?=[^?]*\\b${REASON_WORD}\\b)[^?]*[.,!;:] ?(?:please |pls |so |just |now )?(?:remove|unsubscribe|delete)(?: (?:please|pls|now|thanks|asap))?[.! ]*$`,
  ),
  // for the love of god stop; ok girl stop; get lost stop; can this stop
  /^(?:for (?:the love of (?:god|christ|pete)|(?:god|heaven|christ|fuck|pete|goodness)'?s? sake)|(?:ok |please |pls |oh |my |hey )*(?:girl|boy|sis|lady|woman|homie|cuz|mister|mr|bitch|asshole|creep|weirdo|y'?all|idiots?|jerks?|folks)|get lost|go away|fuck (?:you|off|u)|screw (?:you|off)|shut up|stfu|(?:can|could|will|would) (?:this|these|it|they|the texts|the messages|all this|all of this)(?: (?:please|pls|just))?)[,.! ]+(?:please |pls |just )*(?:stop|unsubscribe|quit it|cut it out)(?: (?:please|pls|now|already|thanks))?$/,
  // this is my request to stop; this is a demand to cease
  /\b(?:this is|consider this|take this as|treat this as)(?: (?:a|an|my|our|the|formal|official|final|written|last|second|third|another|as|notice|request|demand|warning|notification|and|that))* (?:request|demand|notice|notification|warning|instruction)(?: (?:for you|that you|you))? (?:to |must )?(?:(?:stop|cease)(?= ?(?:[.!?,;\n]|$)| (?:and|texting|messaging|contact|contacting|all (?:texts|messages|contact|communication))\b)|unsubscribe|remove me|opt(?: me)? out)\b/,
  // get me outta here; opt this number out; forget you have my number; turn these off
  /\b(?:get|take|pull|drop) (?:me|us|this number|my number) (?:the \w+ )?(?:outta|out of|off of|off) (?:this|these|y(?:our|a) (?:shit|crap|stuff|thing))(?= ?(?:[.!?,;\n]|$)| (?:please|pls|now|list|text|texts|asap)\b)/,
  new RegExp(`\\bopt (?:${ME}|this line|my line|my family|him|her|them|my \\w+|this) out${END_OR_FROM}`),
  /\bforget (?:that )?(?:you|u) (?:ever )?(?:have|had|got|know|knew|saw) (?:my|this) (?:number|#|phone|name|contact|info)\b/,
  new RegExp(
    `^(?:please |pls |can you |could you |just |how (?:do|can) i |u need to |you need to )*(?:turn|shut|switch) (?:these|this|those|all (?:this|these|of these)|them) off${END_OR_THANKS}`,
  ),
  // stop notifications; end my subscription; suspend messages: a verb of ending and what senders send are the whole message
  new RegExp(
    `^${BEFORE_STOP}(?:i(?:'d| would| want| wish| need)?(?: like| want)? to |can (?:you|i|we) (?:please |pls )?|could (?:you|i|we) (?:please |pls )?|how (?:do|can) i )?${ENDING} (?:${THESE_OF}(?:and )?)*${SENT}(?: (?:to|on|at|for) (?:me|us|my (?:phone|number|cell)|this (?:phone|number|cell|line)|here))?${AFTER_STOP}\\??$`,
  ),
  // I rescind my consent; consent withdrawn; you are not authorized to text me; I decline further texts
  /\b(?:rescind|retract|take back|pull|withdrew|revoked|terminate|end|cancel) (?:my |all |any |prior |previous |our )+(?:consent|permission|authori[sz]ation|opt[- ]?in)\b/,
  /\b(?:consent|permission|authori[sz]ation)(?: to \w+(?: me)?)?(?: (?:is|was|has been|have been|are|hereby|now|is hereby|is now))* (?:revoked|withdrawn|rescinded|retracted|denied|cancelled|canceled|terminated)\b/,
  new RegExp(
    `\\b(?:(?:i|we) (?:do not|don'?t|never|no longer|am not|'m not|won'?t|will not)(?: hereby)? (?:allow|allowing|authori[sz]e|authori[sz]ing|permit|permitting|agree to|agree for|approve of)(?: (?:you|u|anyone|your \\w+))?|you(?: are|'re|r)? (?:not|no longer) (?:allowed|permitted|authori[sz]ed|welcome)) (?:to (?:${CONTACT_VERB}|send|use my)|${THESE}${TEXTS}|being (?:texted|messaged|contacted))\\b`,
  ),
  new RegExp(
    `\\b(?:(?:i|we)(?:'ll| will| must| have to)?(?: hereby| respectfully)? (?:decline|refuse)|^(?:please )?decline) (?:to (?:receive|get|be sent|have) |(?:receiving|getting) )?(?:(?:all|any|further|future|more|these|those|your|additional|such) )*(?:${TEXTS}|contact)\\b`,
  ),
  // don't use this number again
  new RegExp(
    `\\b(?:${DONT}|stop|quit) (?:use|using|contact|contacting) (?:my|this) (?:phone |cell |mobile )?(?:number|phone|cell|#)(?:${END}| (?:${EVER}|for (?:marketing|texting|texts|anything|this|your))\\b)`,
  ),
  // what part of stop do you not understand; do you not understand stop; can't you read? stop
  /\b(?:which|what) part of ["'(]*(?:stop|unsubscribe|remove me|no more|leave me alone|opt out|don'?t (?:text|contact) me)\b|\b(?:do|did|can|don'?t|didn'?t|can'?t) (?:you|u|y'all)(?: people| guys)?(?: not)? (?:understand|read|comprehend|get|know)(?: what| the)?(?: word| meaning of| word of)? ["'(]*stop\b/,
  // what do I text to stop; which word stops these
  new RegExp(
    `\\b(?:what|which (?:word|keyword|code))(?: word| number| code| keyword)? (?:do|can|should|must) (?:i|we) (?:text|send|reply|type|write|say|press|do)(?: back)?(?: with)? (?:to|so) (?:stop|end|unsubscribe|opt out|be removed|get off|get removed|make (?:this|it|these|you) stop|quit)\\b|\\b(?:what|which (?:word|keyword|code)) (?:stops|ends) (?:${THESE}${TEXTS}|this|these|you)\\b`,
  ),
  // would you mind not texting me; mind taking me off; any chance of being removed
  new RegExp(
    `\\b(?:mind|chance of|possibility of|way of|appreciate|love|like|suggest|recommend|after|about|request|ask for) (?:you |your )?(?:not (?:${CONTACT_VERB}|sending)(?: ${ME}|${END}| me)|stopping (?:${CONTACT_VERB}|${THESE}${TEXTS}|these|this)|(?:(?:removing|taking|deleting|dropping|getting|leaving) ${ME}|being (?:removed|taken|deleted|unsubscribed|left)) (?:off|from|out|please|pls|thanks)\\b|(?:removing|deleting|unsubscribing) ${ME}${END}|being (?:removed|unsubscribed|taken off|left alone)${END})`,
  ),
  // remove 555-123-4567; remove Susan Smith from your list; please remove her
  new RegExp(
    `\\b(?:remove|delete|erase|unsubscribe|stop texting|stop|take off)(?: (?:my|this|the))?(?: (?:number|#|phone|cell))?:? \\+?\\(?\\d[\\d ().+-]{5,16}\\d${END_OR_FROM}`,
  ),
  /\b(?:remove|take|delete|drop|strike|scratch) (?!(?:the|an?|this|that|those|these|my order) )(?:[a-z'.-]+ ){1,3}(?:from|off)(?: of)? (?:your|ur|this|y'?all'?s) (?:(?:mailing|text|texting|contact|contacts|call|calling|phone|marketing|email|distribution|sms|message) )*(?:lists?|data ?base|system|contacts|texts|thread)(?= ?(?:[.!?,;\n]|$)| (?:please|pls|thanks|now|asap|immediately|he|she|they|who)\b)/,
  /\b(?:please|pls|kindly|just|so|and|also) (?:remove|unsubscribe|delete) (?:her|him|them|us both|both of us|both)(?: (?:too|also|as well|now|asap|thanks|immediately))?(?= ?(?:[.!?,;\n]|$))/,
  // confirm removal; I want out; leave me off
  /^(?:please |pls |kindly )?(?:confirm|process|acknowledge|honou?r|need|want) (?:my |the |this )?(?:removal|opt[ -]?out|unsubscription|unsubscribe|cancellation of texts)(?: request)?(?: please| pls| asap| now| thanks)?[.!]*$/,
  /^(?:please |pls |just |so |yeah )*(?:i|we)(?:'d| would| really| just)? (?:want|need|like) out(?: of (?:this|these|here|the list|your list|it|the texts|texting))?(?: (?:please|pls|now|asap|thanks))?[.!]*$|^(?:please |pls |just )?(?:leave|keep|count|include) (?:me|us|my number) (?:off|out)(?: (?:please|pls|now|thanks|from now on|of (?:this|it|these|the texts)))?[.!]*$/,
  // please remove my no.; how can i get removed from this
  /\b(?:remove|delete|take off|lose|erase) my (?:no|nbr|ph|tel|tele|telephone|phn|phone no|cell no|ph no|ph number|telephone number|fone|nmbr)\b\.?(?= ?(?:[.!?,;\n]|$)| (?:please|pls|from|now|off)\b)/,
  /\b(?:how|where) (?:can|do|may|could|would|to) (?:(?:i|we|one|someone|my number) )?(?:get|be|have (?:myself|my number|me)) (?:removed|taken off|unsubscribed|deleted|off|opted out|out)(?= ?(?:[.!?,;\n]|$)| (?:of |from )?(?:this|these|your|ur|the list|here|it|all|please)\b)/,
  // unsubscribe in any sentence that does not negate it; unambiguous misspellings
  /\b(?:unsubscribe|unsubscribed|unsubscribing now|unsubcribe|unsuscribe|unsubscibe|unsubscrib|unsubsribe|unsubscript|unsub)\b(?! from (?:the|my|our|another|their|his|her) (?!(?:\w+ ){0,2}(?:lists?|texts?|texting|messages?|messaging|sms|msgs?|alerts?|updates?|notifications?|number|phone|service|program|subscription|database|system|reminders?|group|campaign|thread)\b))/,
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
  /\b(?:f(?:u|\*+|@)?(?:c|\*+)?k|fuk|piss|bugger|sod|rack|nick|eff|f+) (?:right |the fuck |tf )?off(?= ?(?:[.!?,;\n]|$)| (?:and|you|mate|with your)\b)/,
  /\b(?:revoke|withdraw|withdrawing|revoking|cancel) (?:my |all |any )*(?:consent|permission|authori[sz]ation)\b/,
  /\b(?:do not|don'?t|never|no longer|not) (?:have|given|give|gave|got) (?:you |u )?(?:my |any )?(?:consent|permission)\b/,
  /\bi (?:do not|don'?t|did not|didn'?t|no longer|never) (?:ever )?consent(?:ed)?(?= ?(?:[.!?,;\n]|$)| to (?:these|this|your|be|being|receiv\w+|texts?|messages?)\b)/,
  // I said stop; I asked you to stop; will you stop; I want you to stop; I have texted STOP three times
  /\b(?:i|we)(?:'ve| have|'m| am)? (?:already |just |only )?(?:said|say|saying|replied|reply|texted|typed|sent|wrote|told|asked|asking|telling)(?: (?:you|u|them|back|to|so|please|it|before|already|twice))* ["(]*(?:to )?stop\b["')]*(?= ?(?:[.!?,;\n]|$)| (?:it|this|these|please|already|again|now|\d+|once|twice|three|four|many|several|multiple|before|last|yesterday|and you|but)\b)/,
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
  ...{
    rmv: "remove",
    rmove: "remove",
    remov: "remove",
    delet: "delete",
    b4: "before",
    numbr: "number",
    numba: "number",
  },
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
