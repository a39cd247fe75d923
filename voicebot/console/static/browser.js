// The browser line: speaks the telephone's media protocol with the bot, over a websocket, from a microphone.

const place = (id) => document.getElementById(id);
const root = place("browser-line");
const LOUD = 0.5;
const POLL_MS = 1000;

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const textOf = (bytes) => btoa(String.fromCharCode(...bytes));

class Call {
  constructor(begun, onEnd) {
    this.begun = begun;
    this.onEnd = onEnd;
    this.sid = `MZ${crypto.randomUUID().replaceAll("-", "")}`;
    this.sequence = 0;
    this.chunk = 0;
    this.line = 0;
    this.muted = false;
    this.over = false;
  }

  async open(stream) {
    this.stream = stream;
    this.audio = new AudioContext();
    await this.audio.audioWorklet.addModule(root.dataset.worklet);
    this.phone = new AudioWorkletNode(this.audio, "phone", { outputChannelCount: [1] });
    this.meter = this.audio.createAnalyser();
    this.meter.fftSize = 1024;
    this.phone.port.onmessage = (event) => this.fromPhone(event.data);
    const url = new URL(this.begun.media, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new WebSocket(url);
    this.socket.onmessage = (event) => this.fromBot(JSON.parse(event.data));
    this.socket.onclose = () => this.end();
    await new Promise((done, failed) => {
      this.socket.onopen = done;
      this.socket.onerror = () => failed(new Error("o robô não atendeu"));
    });
    this.start();
    this.audio.createMediaStreamSource(stream).connect(this.phone);
    this.phone.connect(this.meter).connect(this.audio.destination);
    await this.audio.resume();
    this.reading = setInterval(() => this.read(), POLL_MS);
    this.watching = setInterval(() => this.watch(), 100);
  }

  start() {
    this.socket.send(JSON.stringify({ event: "connected", protocol: "Call", version: "1.0.0" }));
    const { callSid, accountSid, token } = this.begun;
    this.send("start", {
      start: {
        streamSid: this.sid,
        callSid,
        accountSid,
        tracks: ["inbound"],
        customParameters: { token },
        mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
      },
    });
  }

  send(event, body) {
    if (this.over || this.socket.readyState !== WebSocket.OPEN) return;
    this.sequence += 1;
    this.socket.send(JSON.stringify({ event, sequenceNumber: String(this.sequence), streamSid: this.sid, ...body }));
  }

  fromPhone(told) {
    if (told.mark !== undefined) {
      this.send("mark", { mark: { name: told.mark } });
      return;
    }
    this.chunk += 1;
    place("level-in").value = Math.min(1, told.level / LOUD);
    const media = { track: "inbound", chunk: String(this.chunk), timestamp: String((this.chunk - 1) * 20) };
    this.send("media", { media: { ...media, payload: textOf(told.media) } });
  }

  fromBot(said) {
    if (said.event === "media") this.phone.port.postMessage({ play: bytesOf(said.media.payload) });
    else if (said.event === "mark") this.phone.port.postMessage({ mark: String(said.mark.name) });
    else if (said.event === "clear") this.phone.port.postMessage({ clear: true });
  }

  press(digit) {
    this.send("dtmf", { dtmf: { track: "inbound_track", digit } });
  }

  mute(on) {
    this.muted = on;
    this.phone.port.postMessage({ mute: on });
  }

  watch() {
    const wave = new Float32Array(this.meter.fftSize);
    this.meter.getFloatTimeDomainData(wave);
    place("level-out").value = Math.min(1, wave.reduce((most, each) => Math.max(most, Math.abs(each)), 0) / LOUD);
  }

  async read() {
    const from = `${root.dataset.place}/${this.begun.callId}/lines.json?since=${this.line}`;
    const answer = await fetch(from, { credentials: "same-origin", redirect: "error" }).catch(() => null);
    if (!answer || !answer.ok) return;
    for (const { index, speaker, text } of await answer.json()) {
      if (index < this.line) continue;
      this.line = index + 1;
      const item = document.createElement("li");
      item.className = speaker;
      const who = document.createElement("b");
      who.textContent = speaker === "agent" ? "Robô" : "Você";
      item.append(who, text);
      place("said").append(item);
      item.scrollIntoView({ block: "nearest" });
    }
  }

  hangUp() {
    this.send("stop", { stop: { callSid: this.begun.callSid, accountSid: this.begun.accountSid } });
    this.end();
  }

  end() {
    if (this.over) return;
    this.over = true;
    clearInterval(this.reading);
    clearInterval(this.watching);
    this.phone.port.postMessage({ stop: true });
    for (const track of this.stream.getTracks()) track.stop();
    this.socket.close();
    this.audio.close();
    setTimeout(() => this.read(), POLL_MS);
    this.onEnd();
  }
}

const show = (text, bad = false) => {
  place("state").textContent = text;
  place("state").classList.toggle("bad", bad);
};

const busy = (on) => {
  place("call").disabled = on;
  place("debtor").disabled = on;
  for (const each of document.querySelectorAll("#hang-up, #mute, [data-key]")) each.disabled = !on;
};

const facts = () => {
  const chosen = place("debtor").selectedOptions[0];
  place("cpf").textContent = chosen.dataset.cpf.replace(/(\d{3})(\d{3})(\d{3})(\d{2})/, "$1.$2.$3-$4");
  place("birth").textContent = chosen.dataset.birth;
};

const microphone = () =>
  navigator.mediaDevices.getUserMedia({
    audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  });

const begin = async (form) => {
  const answer = await fetch(root.dataset.place, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    credentials: "same-origin",
    redirect: "error",
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error || "o robô não está disponível");
  return told;
};

if (root) {
  let call = null;
  const ended = () => {
    call = null;
    busy(false);
    place("call").focus();
    show("Ligação encerrada.");
  };
  facts();
  place("debtor").addEventListener("change", facts);
  place("dial").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (call) return;
    place("said").replaceChildren();
    place("mute").setAttribute("aria-pressed", "false");
    place("call").disabled = true;
    show("Chamando…");
    let stream = null;
    try {
      stream = await microphone();
      const begun = new Call(await begin(event.target), ended);
      await begun.open(stream);
      call = begun;
      busy(true);
      place("hang-up").focus();
      show("Em ligação.");
    } catch (error) {
      for (const track of stream ? stream.getTracks() : []) track.stop();
      busy(false);
      show(stream ? `Não deu para ligar: ${error.message}` : "O microfone não foi liberado para esta página.", true);
    }
  });
  place("hang-up").addEventListener("click", () => call && call.hangUp());
  place("mute").addEventListener("click", (event) => {
    if (!call) return;
    call.mute(!call.muted);
    event.target.setAttribute("aria-pressed", String(call.muted));
  });
  document.querySelector(".keypad").addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]");
    if (key && call) call.press(key.dataset.key);
  });
  document.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (call && plain && /^[0-9*#]$/.test(event.key) && !event.target.closest("input, select, textarea")) {
      call.press(event.key);
    }
  });
  addEventListener("pagehide", () => call && call.hangUp());
}
