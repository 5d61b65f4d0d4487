import { escaped, publicPage } from "../http/public-page.ts";
import type { Language } from "./opt-out-page.ts";

interface Sentences {
  title: string;
  phone: string;
  send: string;
  sent: string;
  onItsWay: string;
  badPhone: string;
  agree: string;
  ask: string;
  confirm: string;
  done: string;
  stop: string;
  unknown: string;
  full: string;
}

/** `{name}` is the organisation's name. */
const LANGUAGES: Readonly<Record<Language, Sentences>> = {
  en: {
    title: "Texts from {name}",
    phone: "Phone number",
    send: "Send me a text to confirm",
    sent: "Check your phone",
    onItsWay:
      "If this number can get texts from {name}, a text is on its way. It waits for the morning if it is night. Confirm there within two days.",
    badPhone: "Enter a phone number that can get texts.",
    agree: "Tick the box to agree.",
    ask: "Confirm texts from {name}?",
    confirm: "Confirm",
    done: "You get texts from {name}.",
    stop: "Reply STOP to any text to end them.",
    unknown: "This link isn’t valid any more.",
    full: "Too many sign-ups came from your network today. Try again tomorrow.",
  },
  de: {
    title: "SMS von {name}",
    phone: "Telefonnummer",
    send: "SMS zur Bestätigung senden",
    sent: "Sehen Sie auf Ihr Telefon",
    onItsWay:
      "Wenn diese Nummer SMS von {name} erhalten kann, ist eine SMS unterwegs. Nachts wartet sie bis zum Morgen. Bestätigen Sie dort innerhalb von zwei Tagen.",
    badPhone: "Geben Sie eine Nummer ein, die SMS empfängt.",
    agree: "Setzen Sie das Häkchen, um zuzustimmen.",
    ask: "SMS von {name} bestätigen?",
    confirm: "Bestätigen",
    done: "Sie erhalten SMS von {name}.",
    stop: "Antworten Sie STOP auf eine SMS, um sie zu beenden.",
    unknown: "Dieser Link gilt nicht mehr.",
    full: "Heute kamen zu viele Anmeldungen aus Ihrem Netz. Versuchen Sie es morgen wieder.",
  },
  es: {
    title: "SMS de {name}",
    phone: "Número de teléfono",
    send: "Enviarme un SMS para confirmar",
    sent: "Mire su teléfono",
    onItsWay:
      "Si este número puede recibir SMS de {name}, le enviaremos uno. De noche espera hasta la mañana. Confirme en un plazo de dos días.",
    badPhone: "Escriba un número que reciba SMS.",
    agree: "Marque la casilla para aceptar.",
    ask: "¿Confirmar los SMS de {name}?",
    confirm: "Confirmar",
    done: "Recibirá SMS de {name}.",
    stop: "Responda STOP a cualquier SMS para darse de baja.",
    unknown: "Este enlace ya no es válido.",
    full: "Hoy llegaron demasiadas altas desde su red. Inténtelo mañana.",
  },
  fr: {
    title: "SMS de {name}",
    phone: "Numéro de téléphone",
    send: "M’envoyer un SMS de confirmation",
    sent: "Regardez votre téléphone",
    onItsWay:
      "Si ce numéro peut recevoir des SMS de {name}, un SMS est en route. La nuit, il attend le matin. Confirmez dans les deux jours.",
    badPhone: "Entrez un numéro qui reçoit des SMS.",
    agree: "Cochez la case pour accepter.",
    ask: "Confirmer les SMS de {name} ?",
    confirm: "Confirmer",
    done: "Vous recevrez des SMS de {name}.",
    stop: "Répondez STOP à un SMS pour les arrêter.",
    unknown: "Ce lien n’est plus valable.",
    full: "Trop d’inscriptions sont venues de votre réseau aujourd’hui. Réessayez demain.",
  },
  it: {
    title: "SMS da {name}",
    phone: "Numero di telefono",
    send: "Inviami un SMS di conferma",
    sent: "Guarda il telefono",
    onItsWay:
      "Se questo numero può ricevere SMS da {name}, un SMS è in arrivo. Di notte aspetta il mattino. Conferma entro due giorni.",
    badPhone: "Inserisci un numero che riceve SMS.",
    agree: "Spunta la casella per accettare.",
    ask: "Confermare gli SMS da {name}?",
    confirm: "Conferma",
    done: "Riceverai SMS da {name}.",
    stop: "Rispondi STOP a un SMS per interromperli.",
    unknown: "Questo link non è più valido.",
    full: "Oggi sono arrivate troppe iscrizioni dalla tua rete. Riprova domani.",
  },
  nl: {
    title: "Sms’jes van {name}",
    phone: "Telefoonnummer",
    send: "Stuur mij een sms om te bevestigen",
    sent: "Kijk op uw telefoon",
    onItsWay:
      "Als dit nummer sms’jes van {name} kan ontvangen, is er een sms onderweg. ’s Nachts wacht die tot de ochtend. Bevestig daar binnen twee dagen.",
    badPhone: "Vul een nummer in dat sms’jes ontvangt.",
    agree: "Vink het vakje aan om akkoord te gaan.",
    ask: "Sms’jes van {name} bevestigen?",
    confirm: "Bevestigen",
    done: "U ontvangt sms’jes van {name}.",
    stop: "Antwoord STOP op een sms om ze te stoppen.",
    unknown: "Deze link is niet meer geldig.",
    full: "Vandaag kwamen er te veel aanmeldingen van uw netwerk. Probeer het morgen opnieuw.",
  },
  pt: {
    title: "SMS de {name}",
    phone: "Número de telefone",
    send: "Enviar-me um SMS para confirmar",
    sent: "Veja o seu telefone",
    onItsWay:
      "Se este número puder receber SMS de {name}, um SMS está a caminho. À noite espera pela manhã. Confirme em dois dias.",
    badPhone: "Escreva um número que receba SMS.",
    agree: "Marque a caixa para aceitar.",
    ask: "Confirmar os SMS de {name}?",
    confirm: "Confirmar",
    done: "Receberá SMS de {name}.",
    stop: "Responda STOP a um SMS para os parar.",
    unknown: "Este link já não é válido.",
    full: "Hoje houve demasiadas inscrições da sua rede. Tente amanhã.",
  },
};

/** The field that people don't see and machines fill in. */
export const HONEYPOT = "website";

/**
 * `form`: to fill in, with what was wrong with it; `sent`: the same whatever happened, so that nobody learns who is known;
 * `full`: too many from one network; `ask` and `done`: behind the link in the text; `unknown`: no such page.
 */
export type SignUpPage =
  | {
      kind: "form";
      name: string;
      wording: string;

      fault: "badPhone" | "agree" | null;
      typed: string;
    }
  | { kind: "sent" | "done"; name: string }
  | { kind: "ask"; name: string; wording: string }
  | { kind: "full" | "unknown" };

/** Returns a page of a sign-up. */
export function signUpPage(page: SignUpPage, language: Language): string {
  const words = LANGUAGES[language];
  const named = (sentence: string) =>
    escaped(sentence.replace("{name}", () => ("name" in page ? page.name : "")));
  const title = named(page.kind === "form" ? words.title : words[page.kind]);
  return publicPage({ language, title, body: bodyOf(page, words, named) });
}

function bodyOf(page: SignUpPage, words: Sentences, named: (sentence: string) => string): string {
  if (page.kind === "sent") return `<p>${named(words.onItsWay)}</p>`;
  if (page.kind === "done") return `<p>${named(words.stop)}</p>`;
  if (page.kind === "ask")
    return `<p>${escaped(page.wording)}</p>
<form method="post"><button type="submit">${escaped(words.confirm)}</button></form>`;
  if (page.kind !== "form") return "";
  return `${page.fault ? `<p role="alert"><strong>${escaped(words[page.fault])}</strong></p>` : ""}
<form method="post">
<label>${escaped(words.phone)}
<input type="tel" name="phone" required autocomplete="tel" maxlength="40" value="${escaped(page.typed)}"></label>
<label class="agree"><input type="checkbox" name="agree" value="yes" required><span>${escaped(page.wording)}</span></label>
<div class="away" aria-hidden="true"><input type="text" name="${HONEYPOT}" tabindex="-1" autocomplete="off"></div>
<button type="submit">${escaped(words.send)}</button>
</form>`;
}
