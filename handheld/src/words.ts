// Owns every word of the app that the house does not say itself, in three languages. A word that is missing in one of
// them does not compile.

import { look } from "./look";

const WORDS = {
  app: ["手持终端", "手持終端", "Handheld"],
  noCode: ["这部手机还没有登记。请到社区中心，让值班人员打开“在岗 → 手持终端”，用手机相机扫二维码。", "這部手機還沒有登記。請到社區中心，讓值班人員打開「在崗 → 手持終端」，用手機相機掃二維碼。", "This phone is not enrolled. Go to your community centre: they open “Duty → Handhelds”, and you hold this phone's camera before the code."],
  enrolTitle: ["登记这部手机", "登記這部手機", "Enrol this phone"],
  enrolText: ["设定六位数字的 PIN 码。它保护手机上的任务，每次打开都要输入；忘记了只能重新登记。", "設定六位數字的 PIN 碼。它保護手機上的任務，每次打開都要輸入；忘記了只能重新登記。", "Choose a PIN of six digits. It protects the tasks on this phone and is asked each time you open it. Whoever forgets it enrols anew."],
  pin: ["PIN 码（六位数字）", "PIN 碼（六位數字）", "PIN, six digits"],
  pinAgain: ["再输一次", "再輸一次", "Once more"],
  pinDiffers: ["两次输入不一样。", "兩次輸入不一樣。", "The two are not alike."],
  pinShape: ["请输入六位数字。", "請輸入六位數字。", "Six digits, please."],
  pinSimple: ["太容易猜到了，请换一个。", "太容易猜到了，請換一個。", "Too easy to guess. Choose another one."],
  pinWrong: ["PIN 码不对。还可以试 {count} 次，之后手机上的内容全部清空。", "PIN 碼不對。還可以試 {count} 次，之後手機上的內容全部清空。", "The PIN is wrong. {count} tries are left; then everything on this phone is wiped."],
  unlock: ["打开", "打開", "Open"],
  unlockTitle: ["输入 PIN 码", "輸入 PIN 碼", "Enter your PIN"],
  enrolGo: ["登记", "登記", "Enrol"],
  working: ["请稍候……", "請稍候……", "One moment…"],
  forgot: ["忘记 PIN 码？请到社区中心重新登记。", "忘記 PIN 碼？請到社區中心重新登記。", "PIN forgotten? Have the phone enrolled anew at your centre."],
  noNetwork: ["没有网络", "沒有網路", "No network"],
  needNetwork: ["登记需要网络。请到有网络的地方再试。", "登記需要網路。請到有網路的地方再試。", "Enrolling needs a network. Try again where there is one."],
  noAnswer: ["服务器没有答复，稍后自动再试；手机上的记录都在。", "伺服器沒有答覆，稍後自動再試；手機上的記錄都在。", "The house does not answer. It is tried again by itself; every record is still here."],
  unforeseen: ["出了没料到的问题，稍后自动再试。", "出了沒料到的問題，稍後自動再試。", "Something unforeseen happened. It is tried again by itself."],
  broken: ["这个浏览器不能安全保存内容。请用新版 Chrome、Edge 或 Safari，不用隐私模式，从 https 地址打开。", "這個瀏覽器不能安全保存內容。請用新版 Chrome、Edge 或 Safari，不用隱私模式，從 https 地址打開。", "This browser cannot keep anything safely. Use an up-to-date Chrome, Edge or Safari, not in private mode, and an https address."],
  anewTitle: ["这部手机已经登记过", "這部手機已經登記過", "This phone is enrolled already"],
  anewText: ["忘记 PIN 码或换人使用时，可以清空后用这个二维码重新登记。", "忘記 PIN 碼或換人使用時，可以清空後用這個二維碼重新登記。", "If the PIN is forgotten, or the phone goes to somebody else, it can be wiped and enrolled anew with this code."],
  anewGo: ["清空并重新登记", "清空並重新登記", "Wipe and enrol anew"],
  anewYes: ["确定清空", "確定清空", "Yes, wipe it"],
  check: ["核查", "核查", "Check"], receive: ["接收", "接收", "Receive"], report: ["上报", "上報", "Report"], settings: ["设置", "設定", "Settings"],
  allSent: ["全部已送达", "全部已送達", "All sent"],
  waiting: ["{count} 条待送", "{count} 條待送", "{count} waiting"],
  refusedCount: ["{count} 条被退回", "{count} 條被退回", "{count} refused"],
  heard: ["更新于 {at}", "更新於 {at}", "As of {at}"],
  households: ["{count} 户", "{count} 戶", "{count} {count?household|households}"],
  walk: ["步行约 {metres} 米，{minutes} 分钟", "步行約 {metres} 公尺，{minutes} 分鐘", "About {metres} m on foot, {minutes} min"],
  find: ["查找门牌", "查找門牌", "Find a door"],
  foundDoors: ["找到 {count} 户", "找到 {count} 戶", "{count} found"],
  recordedDoors: ["其中 {count} 户已记录", "其中 {count} 戶已記錄", "{count} of them recorded"],
  nothingFound: ["没有这样的门牌。", "沒有這樣的門牌。", "No such door today."],
  emptyDay: ["今天手上没有任务。有新任务会自动出现。", "今天手上沒有任務。有新任務會自動出現。", "Nothing in your hand. What comes appears by itself."],
  noDay: ["手机上没有当天任务。有网络时会自动取回。", "手機上沒有當天任務。有網路時會自動取回。", "There is no day on this phone. It is fetched as soon as there is a network."],
  unknownDoor: ["门牌不详", "門牌不詳", "Door not known"],
  people: ["{count} 人", "{count} 人", "{count} {count?person|people}"],
  late: ["已逾期（{at}）", "已逾期（{at}）", "late since {at}"],
  due: ["{at} 前", "{at} 前", "by {at}"],
  recorded: ["已记录，待送", "已記錄，待送", "Recorded, waiting"],
  refusedHere: ["被退回", "被退回", "Refused"],
  back: ["返回", "返回", "Back"],
  asksFor: ["要问：", "要問：", "To find out: "],
  from: ["来自：", "來自：", "Asked by: "],
  alreadyKnown: ["已经知道，不必再问", "已經知道，不必再問", "Known already; not to be asked again"],
  person: ["人员 {number}", "人員 {number}", "Person {number}"],
  visit: ["入户", "入戶", "Visit"], call: ["电话核查", "電話核查", "Phone check"],
  atDoor: ["门口情况", "門口情況", "At the door"],
  found: ["核查结果", "核查結果", "What you found"], notYet: ["还没弄清", "還沒弄清", "Not found out yet"],
  howKnown: ["怎么知道的", "怎麼知道的", "How you know"],
  howKnownHelp: ["填了才算见到人", "填了才算見到人", "only with this it counts as reached"],
  remark: ["备注（可不填）", "備註（可不填）", "Remark (optional)"],
  remarkHelp: ["不写姓名，不写病情。", "不寫姓名，不寫病情。", "No names, no illnesses."],
  recordVisit: ["记录入户", "記錄入戶", "Record the visit"], recordCall: ["记录电话", "記錄電話", "Record the call"],
  callResult: ["通话结果", "通話結果", "Result of the call"], skipped: ["未打电话，因为", "未打電話，因為", "Left out because"],
  whatSaid: ["对方说了什么（可不填）", "對方說了什麼（可不填）", "What was said (optional)"],
  settled: ["电话里已了结（可不填）", "電話裡已了結（可不填）", "Settled by telephone (optional)"], willVisit: ["没有，要上门", "沒有，要上門", "No, I will visit"],
  asked: ["今天已问 {count} 次，最多 {most} 次。", "今天已問 {count} 次，最多 {most} 次。", "Asked {count} of {most} times today."],
  askedOut: ["今天不能再问了，请明天再来。", "今天不能再問了，請明天再來。", "That is as often as may be. Come again tomorrow."],
  askedOutUrgent: ["事情紧急，说明原因可以再问。", "事情緊急，說明原因可以再問。", "As this is urgent it goes on, with a reason of the list."],
  askedOutShort: ["今天已问满", "今天已問滿", "Asked out today"],
  notHome: ["已有 {count} 次上门家中无人", "已有 {count} 次上門家中無人", "Nobody home at {count} {count?visit|visits} so far"],
  somebody: ["这户的一个人", "這戶的一個人", "Somebody of this household"],
  whyAgain: ["今天为何还要再问", "今天為何還要再問", "Why once more today"],
  chooseDoor: ["请选门口情况。", "請選門口情況。", "Choose what you met at the door."],
  chooseOutcome: ["请为每个人选核查结果。", "請為每個人選核查結果。", "Choose what you found for each person."],
  chooseCall: ["请选通话结果。", "請選通話結果。", "Choose the result of the call."],
  chooseWhy: ["请选原因。", "請選原因。", "Choose a reason."],
  notSaved: ["没有记录上：手机存不下。请腾出空间后再按一次。", "沒有記錄上：手機存不下。請騰出空間後再按一次。", "Not recorded: this phone could not store it. Make room on the phone and press again."],
  mayHaveArrived: ["已经发出，可能已送达；等中心答复。", "已經發出，可能已送達；等中心答覆。", "It went out and may have arrived; the answer is awaited."],
  saved: ["已记录在手机上。", "已記錄在手機上。", "Recorded on this phone."],
  undo: ["撤回", "撤回", "Take back"], again: ["再送一次", "再送一次", "Send again"], discard: ["不要了", "不要了", "Discard"],
  discardSure: ["这条记录将从手机上删除，中心收不到它。确定吗？", "這條記錄將從手機上刪除，中心收不到它。確定嗎？", "The record is deleted from this phone; your centre will not have it. Are you sure?"],
  waitingTitle: ["待送的记录", "待送的記錄", "What waits to be sent"], nothingWaits: ["没有待送的记录。", "沒有待送的記錄。", "Nothing waits."],
  sentToday: ["今天已送达 {count} 条", "今天已送達 {count} 條", "{count} sent today"],
  sendNow: ["现在送", "現在送", "Send now"],
  offersTitle: ["等待中心决定的移交", "等待中心決定的移交", "Hand-overs that wait for your centre"], noOffers: ["没有。", "沒有。", "None."],
  offersHow: ["移交由社区中心在控制台上接收或退回。", "移交由社區中心在控制台上接收或退回。", "Your centre takes or returns hand-overs at the console."],
  console: ["打开控制台", "打開控制台", "Open the console"],
  language: ["语言", "語言", "Language"], print: ["字号", "字級", "Size of print"],
  normal: ["标准", "標準", "Normal"], large: ["大", "大", "Large"], huge: ["特大", "特大", "Very large"],
  contrast: ["高对比度", "高對比", "High contrast"], lockNow: ["立即锁定", "立即鎖定", "Lock now"],
  remove: ["清空这部手机", "清空這部手機", "Take everything off this phone"],
  removeSure: ["手机上的任务和待送的 {count} 条记录全部删除。确定吗？", "手機上的任務和待送的 {count} 條記錄全部刪除。確定嗎？", "This deletes the tasks and {count} {count?record|records} not sent yet. Are you sure?"],
  yes: ["确定", "確定", "Yes"], no: ["取消", "取消", "No"],
  gone: ["这部手机已清空", "這部手機已清空", "This phone is wiped"],
  goneEnded: ["中心已停用这部手机。", "中心已停用這部手機。", "Your centre has ended it."],
  goneTries: ["PIN 码输错十次。", "PIN 碼輸錯十次。", "The PIN was wrong ten times."],
  goneSelf: ["按你的要求。", "按你的要求。", "As you asked."],
  goneNext: ["要继续工作，请到社区中心重新登记。", "要繼續工作，請到社區中心重新登記。", "To work on, have it enrolled anew at your centre."],
  closedHere: ["这户已不在手上。", "這戶已不在手上。", "This household is no longer in your hand."],
} satisfies Record<string, [string, string, string]>;

export type Word = keyof typeof WORDS;
const AT = { "zh-Hans": 0, "zh-Hant": 1, en: 2 } as const;

/** Return a word in the language of the phone, its places filled; `{count?one|more}` where English counts. */
export function say(word: Word, places: Record<string, string | number> = {}): string {
  const text: string = WORDS[word][AT[look.language]];
  const counted = text.replace(/\{(\w+)\?(\w+)\|(\w+)\}/g, (_whole, name: string, one: string, more: string) => (places[name] === 1 ? one : more));
  return counted.replace(/\{(\w+)\}/g, (_whole, name: string) => String(places[name] ?? ""));
}

/** Return how a person of a household is called here: under a mask two may look alike, so the number stands before it. */
export const named = (person: { number: number; name: string }): string =>
  person.name ? `${person.number} · ${person.name}` : say("person", { number: person.number });

/** Return a moment as the phone's owner reads it. */
export function moment(at: string): string {
  const when = new Date(at);
  const sameDay = when.toDateString() === new Date().toDateString();
  const date = sameDay ? {} : ({ month: "numeric", day: "numeric" } as const);
  return when.toLocaleString(look.language, { ...date, hour: "2-digit", minute: "2-digit", hour12: false });
}
