import type { LabelledReply } from "./measure-replies.ts";

/**
 * How English requests to stop are put together, and ordinary sentences of the same words. The second listener learns
 * from them what of a sentence matters. `{a|b}` stands for one of several words; an empty one leaves it out.
 */
const OPT_OUTS = [
  "{stop|quit|cease|please stop|stop already with|you need to stop|enough with} {the|these|your|all these|ur} {texts|messages|msgs|sms|promos|alerts|notifications|spam texts|text messages|updates|marketing texts}",
  "{stop|quit|please stop|pls stop|can you stop|would you stop|i want you to stop|kindly stop} {texting|messaging|contacting|spamming|pinging|bothering|notifying|blasting|msging} {me|us|this number|this phone|my phone|him|her|my wife|my mom|it}",
  "{remove|delete|take|cross|drop|pull|strike|scratch|cut|get|purge|yank} {me|us|my number|this number|my name|him|her|my cell|my contact info} {off|from|off of|out of} {your|the|this|ur} {list|lists|database|texting list|system|mailing list|contacts|records|text list}",
  "{please|pls|kindly|just|} {remove|delete|erase|lose|forget} {my number|this number|my contact info|my info|my name|my cell|my details}",
  "{don't|dont|do not|never|dnt|please don't|you may not} {text|message|contact|msg|txt|call or text|bother} {me|us|this number|here|this phone|him|her} {again|anymore|ever again|any more|ever|}",
  "{i don't want|i dont want|i do not want|i no longer want|we don't need|i don't wish to get|i'm not interested in|i'd rather not get|i would prefer not to get|not wanting to receive} {these|your|any more|any|more} {texts|messages|msgs|text messages|alerts|promos|sms} {anymore|thanks|please|}",
  "{i want|i'd like|i would like|i need|we want|i asked|i wish|please, i want} to be {removed|taken off|unsubscribed|deleted|opted out|left alone} {from this|from your list|please|off your list|}",
  "{unsubscribe|unsub|opt out|opt me out|take me off|sign me off|remove me} {please|pls|now|asap|thanks|from everything|from all|}",
  "{wrong number|wrong person|not interested|i moved away|i sold the house|she died last year|this isn't him|who is this|i never signed up|i already said no|i'm at work|i get charged for texts|i'm a minor|no longer a customer}, {stop|remove me|please stop|stop texting|take me off|unsubscribe|remove this number|please remove me|do not text me}",
  "{stop|remove me|unsubscribe|please stop texting|take me off}, {wrong number|i'm not interested|i don't live there|i sold it|he moved|i never signed up|this is my work phone|i get charged|you have the wrong person|i already told you|i'm on vacation|i don't need it}",
  "{turn off|shut off|switch off|cancel|end|terminate|disable} {these|the|my|all|your|} {texts|text alerts|notifications|messages|text subscription|sms alerts|text messages}",
  "{put|add} {me|this number|us|my cell} {on|to} {your|the|ur} {do not call list|dnc|dnc list|do not text list|do not contact list}",
  "{ugh|yo|hey|honestly|seriously|actually|omg|dude|bro|lady|sir|ma'am|well|ok|look|again|please} {stop|just stop|stop it now|stop texting|unsubscribe me|stop already|remove me|take me off}",
  "{i said|i told you|i asked you|how many times do i have to say|i have replied|i texted|for the last time|third time|once more} {stop|to stop|to remove me|unsubscribe|no more texts|take me off}",
  "{no more|no further|zero more} {texts|messages|sms|spam|alerts|msgs|of these|texts please|promos for me|calls or texts}",
  "leave {me|us|my mom|my family} {the hell |the fuck ||tf }{alone|be} {please|ok|with your texts|already|now|}",
  "{leave me alone|lose my number|forget my number|delete my number|block my number|get me off this}, {please|ok|thanks|creep|for good|now}",
  "{this is my|this is the} {second|third|last|final} {request|notice|warning}{ to stop texting|, remove me|: do not text me| to be removed}",
  "{i revoke|i withdraw|i hereby revoke|i take back|revoking} {my consent|consent|permission|my permission} {to text me|to be contacted|for messages|for texts|}",
];
const ORDINARY = [
  "{stop|cancel|pause|please stop|hold|end} {my|the|this|that} {order|delivery|shipment|subscription box|payment|membership|recurring payment|appointment|lease|contract|booking} {until monday|for july|please|for now|at the end of the month|i'm away|order 22|}",
  "{remove|delete|take|drop|cut|pull} {the|my|that|this} {item|second item|first one|photo|tip|late fee|stain|old couch|address|onions|card|charge} {off|from the cart|off my bill|from my order|please|off the account|}",
  "{take me off|put me on|add me to|keep me on|don't take me off} {the waitlist|the schedule|the guest list|the list|the calendar|the team|the roster} {for tuesday|please|tomorrow|this week|}",
  "{don't|dont|do not|please don't} {call|text|message|ring|come|deliver|ship|knock} {before noon|before 9|after 10|at work|tomorrow|until friday|on sunday|in the morning|while i'm driving|during lunch}",
  "{don't|dont|do not|please don't} {stop|unsubscribe me|remove me|cancel my appointment|forget me|forget my discount|take me off|quit on me}{, i love these|, these help| please||, this is great}",
  "{i don't want|i dont want|i do not want|i don't need|we don't need} {the blue one|the warranty|gravy|to miss it|to lose my spot|fries|a refund|to wait|a quote|a new one|to be late|an appointment}",
  "{the rain|my dog|my phone|the machine|my car|the leak|my heater|the alarm|it|the baby} {won't stop|stopped|keeps stopping|doesn't stop|has stopped} {working|barking|crying|ringing|yesterday|again|charging|}",
  "{i'll|i will|can i|we will|let me|could i|you can} stop {by|in|at the store|over|by tomorrow|by around 4|and get it|by after work}",
  "{where is|which is|i'm at|the|is there} {the bus stop|the next stop|my stop|the train stop|a stop nearby|the last stop}",
  "{stop it|omg stop|stop|shut up|get out|no way}, {you're too kind|you're making me blush|that's so funny|this is so cute|that's amazing|i can't breathe|you're hilarious} {lol|haha|😂|}",
  "{we have to|we must|let's|vote to|help us|they should} stop {this bill|climate change|the cuts|corruption|the wall|violence|them|the project}",
  "{i haven't received|i didn't get|i stopped getting|i am not receiving|nobody sent me|i'm not getting|why didn't i get} {my reminders|your texts|any messages|the code|my order|a reply|the alerts|the link}",
  "{please|can you|could you|pls} {send it to my email|email me the details|text my other number|call my wife|send the link again|send me the menu|contact my office|text me the code|message me tomorrow|call me back}",
  "{your email|it|the message|my email|the receipt|that} {went to|is in|was in|landed in} {spam|my spam|the spam folder|junk}",
  "{oops|sorry|my bad}{, wrong person| wrong chat|, meant for my sister|, wrong number on my end|, that was for my mom|, sent by mistake}",
  "{no thanks|no|nope|no thank you|not now|not today|maybe later|not interested|not for me|i'm good|i'll pass}{| thanks| right now|, we have one|, too expensive|, already bought it|, maybe next year|, i'm all set}",
  "{give me|make it|can you take|is it|i want} {20%|10%|half|30 percent|5 dollars} off {or i cancel|instead|please|today|the price|}",
  "{the|at the|by the|before the} end of {the month|next week|my shift|the day|june|the year} {works|please|is fine|report|}",
  "{get|bring|take|send} {me|us} {out of here|most of the messages|some coffee|to the airport|home|a taxi|the gate code|the menu|two tickets|a cab home}",
  "{end|start|finish|sign} the {message|text|letter|card|mail} with {my name|a smile|love|thanks|a joke}",
  "{i never got|we never got|never got|didn't get|i lost|where are} {these|those|your|the|any} {messages|texts|alerts|codes|emails|reminders} {yesterday|sorry|today|from the bank|}",
  "{i|i just|we|she} {quit|stopped|cancelled|ended|dropped|removed} {my job|smoking|the gym|the other plan|the old card|the course|netflix|that app} {last week|so i have time|already|}",
  "{hi|hello|hey|good morning|yo|ok|k|y|yes|1|2|c|thanks|thx|lol|haha|cool|great|perfect|will do|i'm in|see you|done|got it|sounds good|no worries}{| there| !| guys| thanks| 👍}",
  "{how|when|where} {do i|can i|should i} {cancel my appointment|end my trial|remove a card|delete my old order|quit the app|change my number|stop taking the pills|return it|pay|sign up}",
];

/** How many sentences of each pattern are learned. */
const EACH = 90;

/** Returns the composed English lessons: a fixed choice of the sentences that the patterns make. */
export function composedLessons(): LabelledReply[] {
  const source = "Composed from patterns";
  const of = (patterns: readonly string[], right: "opt-out" | "none") =>
    patterns.flatMap((pattern) =>
      sentences(pattern).map((text) => ({ language: "en", right, text, source })),
    );
  return [...of(OPT_OUTS, "opt-out"), ...of(ORDINARY, "none")];
}

/** Returns sentences of a pattern, spread over all that it makes. */
function sentences(pattern: string): string[] {
  const parts = pattern.split(/[{}]/).map((part, at) => (at % 2 === 1 ? part.split("|") : [part]));
  const count = parts.reduce((product, part) => product * part.length, 1);
  const chosen = new Set<string>();
  for (let turn = 0; turn < Math.min(EACH, count); turn += 1) {
    // A step without a common divisor visits each sentence once.
    let left = count <= EACH ? turn : (turn * 7_919 * 104_729) % count;
    const words = parts.map((part) => {
      const word = part[left % part.length]!;
      left = Math.floor(left / part.length);
      return word;
    });
    chosen.add(words.join("").replace(/ +/g, " ").trim());
  }
  return [...chosen].filter((text) => text !== "");
}
