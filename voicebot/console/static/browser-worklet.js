"use strict";
// A telephone in the audio thread: 8 kHz mu-law frames of 20 ms out, a queue of audio and marks in.
// Frames leave on the audio clock, silence too, as a phone sends them; marks come back once what stood before them
// has been played, and all at once when the queue is cleared.

const PHONE_HZ = 8000;
const FRAME = 160;
const HALF = 16;
const TABLE = 64;

// Any rate to any other, by a windowed sinc that is cut at the lower of both halves.
class Resampler {
  constructor(from, to) {
    this.step = from / to;
    const cut = Math.min(1, to / from) * 0.94;
    this.half = Math.ceil(HALF / cut);
    this.kernel = new Float32Array((2 * this.half + 1) * TABLE + 1);
    for (let i = 0; i < this.kernel.length; i += 1) {
      const x = i / TABLE - this.half - 0.5;
      const w = Math.abs(x) > this.half + 0.5 ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * x) / (this.half + 0.5));
      this.kernel[i] = (x === 0 ? cut : Math.sin(Math.PI * cut * x) / (Math.PI * x)) * w;
    }
    this.line = new Float32Array(2 * this.half + 1);
    this.at = this.half;
  }

  feed(samples) {
    const line = new Float32Array(this.line.length + samples.length);
    line.set(this.line);
    line.set(samples, this.line.length);
    const out = [];
    while (this.at + this.half + 1 < line.length) {
      const first = Math.floor(this.at) - this.half;
      let sum = 0;
      for (let i = Math.max(first, 0); i <= first + 2 * this.half + 1; i += 1) {
        const place = Math.round((i - this.at + this.half + 0.5) * TABLE);
        if (place >= 0 && place < this.kernel.length) sum += line[i] * this.kernel[place];
      }
      out.push(sum);
      this.at += this.step;
    }
    const gone = Math.max(0, Math.floor(this.at) - this.half - 1);
    this.line = line.slice(gone);
    this.at -= gone;
    return out;
  }
}

const toMulaw = (sample) => {
  const value = Math.round(Math.max(-1, Math.min(1, sample)) * 32767);
  const sign = value < 0 ? 0x80 : 0;
  const loud = Math.min(Math.abs(value), 32635) + 132;
  const exponent = Math.max(0, 31 - Math.clz32(loud) - 7);
  return ~(sign | (exponent << 4) | ((loud >> (exponent + 3)) & 0x0f)) & 0xff;
};

const fromMulaw = (byte) => {
  const bits = ~byte & 0xff;
  const exponent = (bits >> 4) & 7;
  const loud = ((((bits & 0x0f) << 3) + 132) << exponent) - 132;
  return (bits & 0x80 ? -loud : loud) / 32768;
};

class Phone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.down = new Resampler(sampleRate, PHONE_HZ);
    this.up = new Resampler(PHONE_HZ, sampleRate);
    this.frame = new Uint8Array(FRAME);
    this.filled = 0;
    this.loudest = 0;
    this.muted = false;
    this.queue = [];
    this.place = 0;
    this.ready = [];
    this.over = false;
    this.port.onmessage = (event) => this.obey(event.data);
  }

  obey(told) {
    if (told.play) this.queue.push(told.play);
    else if (told.mark !== undefined) this.queue.push(told.mark);
    else if (told.clear) this.clear();
    else if (told.mute !== undefined) this.muted = told.mute;
    else if (told.stop) this.over = true;
    this.passMarks();
  }

  clear() {
    const marks = this.queue.filter((item) => typeof item === "string");
    this.queue = [];
    this.place = 0;
    this.ready = [];
    for (const mark of marks) this.port.postMessage({ mark });
  }

  passMarks() {
    while (this.queue.length && typeof this.queue[0] === "string") this.port.postMessage({ mark: this.queue.shift() });
  }

  next() {
    if (!this.queue.length) return 0;
    const bytes = this.queue[0];
    const sample = fromMulaw(bytes[this.place]);
    this.place += 1;
    if (this.place === bytes.length) {
      this.queue.shift();
      this.place = 0;
      this.passMarks();
    }
    return sample;
  }

  speak(input, length) {
    const heard = input && !this.muted ? input : new Float32Array(length);
    for (const sample of this.down.feed(heard)) {
      this.loudest = Math.max(this.loudest, Math.abs(sample));
      this.frame[this.filled] = toMulaw(sample);
      this.filled += 1;
      if (this.filled === FRAME) {
        this.port.postMessage({ media: this.frame, level: this.loudest });
        this.frame = new Uint8Array(FRAME);
        this.filled = 0;
        this.loudest = 0;
      }
    }
  }

  listen(output) {
    while (this.ready.length < output.length) this.ready.push(...this.up.feed([this.next()]));
    output.set(this.ready.splice(0, output.length));
  }

  process(inputs, outputs) {
    const output = outputs[0][0];
    this.speak(inputs[0][0], output.length);
    this.listen(output);
    return !this.over;
  }
}

registerProcessor("phone", Phone);
