/**
 * A text as words that can be compared in every script: without case, accents and lookalike letters. Scripts that
 * write no spaces between words give one word per sign.
 */

/** What ends behind a word: nothing, a clause or a sentence. */
export const INSIDE = 0;
export const CLAUSE_END = 1;
export const SENTENCE_END = 2;

export interface Tokens {
  words: string[];
  /** What ends behind each word. */
  ends: number[];
  /** Whether a word is a single sign of a script without spaces. */
  isSign: boolean[];
  isQuestion: boolean;
}

/** Accents of Latin, Greek and Cyrillic, vowel signs of Hebrew and Arabic, the dot below of Devanagari. Others of Indian scripts are letters. */
const MARKS = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640\u093c]/g;

/** Letters that differ only in spelling: of Arabic, Greek, and of traditional Chinese. */
const SAME: Record<string, string> = {
  ...{ đ: "d", ð: "d", ł: "l", ø: "o", æ: "ae", œ: "oe", ß: "ss", ı: "i", þ: "th", ς: "σ" },
  ...{ آ: "ا", ٱ: "ا", ى: "ي", ة: "ه", ک: "ك", ی: "ي" },
  ...{ 訂: "订", 閱: "阅", 發: "发", 聯: "联", 絡: "络", 繫: "系", 單: "单", 刪: "删", 請: "请", 給: "给" },
  ...{ 傳: "传", 訊: "讯", 簡: "简", 擾: "扰", 騷: "骚", 煩: "烦", 廣: "广", 從: "从", 別: "别", 號: "号" },
  ...{ 碼: "码", 謝: "谢", 絕: "绝", 點: "点", 關: "关", 閉: "闭", 夠: "够", 滾: "滚", 資: "资" },
  ...{ 後: "后", 嗎: "吗", 這: "这", 種: "种", 郵: "邮", 幫: "帮", 會: "会", 員: "员", 舉: "举", 報: "报" },
  ...{ 詐: "诈", 騙: "骗", 錯: "错", 個: "个", 們: "们", 來: "来", 過: "过", 還: "还", 對: "对", 貨: "货" },
  ...{
    電: "电",
    將: "将",
    繼: "继",
    續: "续",
    購: "购",
    產: "产",
    間: "间",
    時: "时",
    麼: "么",
    與: "与",
    應: "应",
  },
  ...{
    當: "当",
    業: "业",
    動: "动",
    機: "机",
    覆: "复",
    複: "复",
    壞: "坏",
    靜: "静",
    東: "东",
    誰: "谁",
    現: "现",
  },
  ...{ 終: "终", 選: "选", 擇: "择", 為: "为", 無: "无", 見: "见", 讓: "让", 說: "说", 話: "话", 買: "买" },
};
/** More traditional Chinese signs, each before its simplified form. */
const TRADITIONAL =
  "鎖锁 遠远 離离 開开 門门 問问 題题 總总 邊边 樣样 聽听 讀读 寫写 錢钱 費费 歡欢 樂乐 愛爱 國国 學学 長长 馬马 車车 體体 實实 頭头 觀观 願愿 兒儿 進进 運运 達达 遞递 約约 級级 紅红 網网 線线 組组 經经 緊紧 認认 訴诉 詢询 試试 該该 調调 談谈 論论 證证 識识 護护 變变 貴贵 賣卖 質质 軟软 輕轻 較较 輸输 辦办 適适 遲迟 醫医 釋释 鐘钟 鈴铃 銷销 錄录 鍵键 閒闲 隊队 際际 隨随 難难 雲云 順顺 須须 預预 領领 頻频 顯显 風风 飛飞 飯饭 驗验 黃黄 價价 優优 務务 區区 嚴严 團团 圖图 場场 塊块 夾夹 妳你 師师 帶带 幾几 庫库 強强 徹彻 復复 懷怀 擔担 據据 換换 撥拨 擊击 損损 擁拥 斷断 於于 曉晓 書书 樓楼 標标 歲岁 歸归 氣气 決决 沒没 準准 溫温 滿满 滅灭 牽牵 獎奖 獨独 環环 異异 療疗 監监 盤盘 確确 禮礼 稱称 穩稳 窩窝 竊窃 節节 範范 簽签 類类 納纳 細细 結结 統统 維维 緩缓 編编 縣县 罵骂 職职 聲声 膩腻 臺台 舊旧 藥药 處处 衝冲 裝装 裡里 裏里 規规 視视 親亲 計计 討讨 許许 設设 註注 詞词 誤误 誠诚 課课 謊谎 講讲 譯译 讚赞 負负 責责 販贩 貸贷 貼贴 賬账 賴赖 贈赠 趕赶 跡迹 踐践 轉转 農农 連连 遊游 違违 鄰邻 釣钓 銀银 錶表 鎮镇 閃闪 陳陈 陰阴 陽阳 雙双 雜杂 霧雾 靈灵 韓韩 響响 頁页 項项 頓顿 額额 館馆 驚惊 騎骑 髮发 鬆松 鬧闹 魚鱼 鮮鲜 麗丽 麥麦 齊齐 覺觉";
for (const [traditional, simplified] of TRADITIONAL.split(" ") as unknown as [string, string][])
  SAME[traditional] = simplified;
const SAME_LETTERS = new RegExp(`[${Object.keys(SAME).join("")}]`, "g");

const SIGN = /[\p{Script=Thai}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]/u;
const PARTS = /[\p{L}\p{N}\p{M}]+|[^\p{L}\p{N}\p{M}]+/gu;
const STARTS_WORD = /^[\p{L}\p{N}\p{M}]/u;
const SENTENCE_MARK = /[.!?;\n…。！？；؟۔।]/;
const CLAUSE_MARK = /[,:،、，：—–]|\s[-/]\s/;

/** Returns the text with letters that compare as equal. */
export function fold(text: string): string {
  const folded = text.normalize("NFKD").toLowerCase().replace(MARKS, "").normalize("NFC");
  return folded.replace(SAME_LETTERS, (letter) => SAME[letter]!);
}

/** Returns the words of a text. */
export function tokenise(text: string): Tokens {
  const tokens: Tokens = { words: [], ends: [], isSign: [], isQuestion: /[?？؟]/.test(text) };
  for (const [part] of fold(text.replace(/\p{Cf}/gu, "")).matchAll(PARTS)) {
    if (!STARTS_WORD.test(part)) endWord(tokens, part);
    else if (SIGN.test(part)) addSigns(tokens, part);
    else addWord(tokens, withoutAnd(oneScript(part)), false);
  }
  return tokens;
}

/** Hebrew joins "and" to the next word: "ותפסיקו" is "and stop". */
const withoutAnd = (word: string) => (/^ו\p{Script=Hebrew}{3,}$/u.test(word) ? word.slice(1) : word);

function addWord(tokens: Tokens, word: string, isSign: boolean): void {
  tokens.words.push(word);
  tokens.ends.push(INSIDE);
  tokens.isSign.push(isSign);
}

/** Adds each sign alone, and other letters beside them as words. */
function addSigns(tokens: Tokens, part: string): void {
  let word = "";
  for (const letter of part) {
    if (!SIGN.test(letter)) {
      word += letter;
      continue;
    }
    if (word !== "") addWord(tokens, word, false);
    word = "";
    addWord(tokens, letter, true);
  }
  if (word !== "") addWord(tokens, word, false);
}

function endWord({ ends }: Tokens, between: string): void {
  if (ends.length === 0) return;
  if (SENTENCE_MARK.test(between)) ends[ends.length - 1] = SENTENCE_END;
  else if (CLAUSE_MARK.test(between)) ends[ends.length - 1] = CLAUSE_END;
}

/** Latin letters that look like Cyrillic ones, and the other way round: "Cтоп" begins with a Latin C. */
const LATIN = "aceopxykmthb";
const CYRILLIC = "асеорхукмтнв";

/** Returns a word of two mixed alphabets in one of them, where lookalike letters allow it. */
function oneScript(word: string): string {
  if (!/[a-z]/.test(word) || !/[а-я]/.test(word)) return word;
  const swap = (from: string, to: string) =>
    [...word].map((letter) => to[from.indexOf(letter)] ?? letter).join("");
  const cyrillic = swap(LATIN, CYRILLIC);
  return /[a-z]/.test(cyrillic) ? swap(CYRILLIC, LATIN) : cyrillic;
}
