import { escaped, publicPage } from "../http/public-page.ts";

interface Sentences {
  /** `{name}` is the organisation's name. */
  ask: string;
  button: string;
  done: string;
  resume: string;
  unknown: string;
}

const LANGUAGES = {
  en: {
    ask: "Stop all texts from {name}?",
    button: "Stop texts",
    done: "You get no more texts from {name}.",
    resume: "To get texts again, contact {name}.",
    unknown: "This link isn’t valid. Reply STOP to the text, or contact its sender.",
  },
  de: {
    ask: "Alle SMS von {name} beenden?",
    button: "SMS beenden",
    done: "Sie erhalten keine SMS mehr von {name}.",
    resume: "Um wieder SMS zu erhalten, wenden Sie sich an {name}.",
    unknown: "Dieser Link ist ungültig. Antworten Sie STOP auf die SMS oder wenden Sie sich an den Absender.",
  },
  es: {
    ask: "¿Dejar de recibir SMS de {name}?",
    button: "Darse de baja",
    done: "No recibirá más SMS de {name}.",
    resume: "Para volver a recibirlos, contacte con {name}.",
    unknown: "Este enlace no es válido. Responda STOP al SMS o contacte con el remitente.",
  },
  fr: {
    ask: "Ne plus recevoir de SMS de {name} ?",
    button: "Se désabonner",
    done: "Vous ne recevrez plus de SMS de {name}.",
    resume: "Pour en recevoir à nouveau, contactez {name}.",
    unknown: "Ce lien n’est pas valide. Répondez STOP au SMS ou contactez son expéditeur.",
  },
  it: {
    ask: "Non ricevere più SMS da {name}?",
    button: "Annulla l’iscrizione",
    done: "Non riceverai più SMS da {name}.",
    resume: "Per riceverli di nuovo, contatta {name}.",
    unknown: "Questo link non è valido. Rispondi STOP all’SMS o contatta il mittente.",
  },
  nl: {
    ask: "Geen sms’jes meer ontvangen van {name}?",
    button: "Afmelden",
    done: "U ontvangt geen sms’jes meer van {name}.",
    resume: "Wilt u ze weer ontvangen, neem dan contact op met {name}.",
    unknown: "Deze link is niet geldig. Antwoord STOP op de sms of neem contact op met de afzender.",
  },
  pt: {
    ask: "Parar de receber SMS de {name}?",
    button: "Cancelar",
    done: "Não receberá mais SMS de {name}.",
    resume: "Para voltar a receber, contacte {name}.",
    unknown: "Este link não é válido. Responda STOP ao SMS ou contacte o remetente.",
  },
} satisfies Record<string, Sentences>;
/** A language that the public pages have. */
export type Language = keyof typeof LANGUAGES;

/** Returns the first language of the header that the page has, or English. */
export function languageFor(acceptLanguage: string | undefined): Language {
  const wanted = (acceptLanguage ?? "").slice(0, 200).split(",");
  const known = wanted
    .map((part) => part.trim().slice(0, 2).toLowerCase())
    .find((code): code is Language => Object.hasOwn(LANGUAGES, code));
  return known ?? "en";
}

/** `ask`: a question with the button; `done`: the confirmation; `unknown`: an invalid link. */
export type OptOutPage = { kind: "ask" | "done"; name: string } | { kind: "unknown" };

/** Returns the page behind an opt-out link. It loads nothing, runs no script and says nothing about the person. */
export function optOutPage(page: OptOutPage, language: Language): string {
  const words = LANGUAGES[language];
  const named = (sentence: string) =>
    escaped(sentence.replace("{name}", () => (page.kind === "unknown" ? "" : page.name)));
  const title = page.kind === "unknown" ? words.unknown : named(words[page.kind]);
  const body =
    page.kind === "ask"
      ? `<form method="post"><button type="submit">${escaped(words.button)}</button></form>`
      : page.kind === "done"
        ? `<p>${named(words.resume)}</p>`
        : "";
  return publicPage({ language, title, body, button: "#b3261e" });
}
