/**
 * One connection through the faulty proxy: TLS as it is to be shown, messages both ways, and the fault where its moment
 * has come.
 */
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls, createSecureContext, TLSSocket } from 'node:tls';
import { extendedResponse } from '../directories/fake-ldap-server.ts';
import type { Act, FaultyProxy } from './faulty-proxy.ts';
import {
  EXTENDED_REQUEST,
  type LdapMessage,
  MessageCutter,
  resultMessage,
  SEARCH_DONE,
  SEARCH_REQUEST,
} from './ldap-messages.ts';
import { DRIP_EVERY, Wire } from './wire.ts';

const GARBAGE = Buffer.from('ff00a5c3e1870f1e2d3c4b5a69788796a5b4c3d2e1f00112', 'hex');
const HTTP = Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
const SMTP = Buffer.from('220 mail.example.test ESMTP\r\n');
/** What is done to the answer of one request. */
type Plan = { readonly act: Act; readonly before: Buffer[] };

export class Line {
  readonly #proxy: FaultyProxy;
  readonly #socket: Socket;
  readonly #wire: Wire;
  #layer: Duplex;
  #upstream: Socket | undefined;
  readonly #plans = new Map<number, Plan>();
  #isMute = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(proxy: FaultyProxy, socket: Socket) {
    this.#proxy = proxy;
    this.#socket = socket;
    socket
      .on('error', () => {})
      .on('end', () => this.end())
      .on('close', () => this.end());
    this.#wire = new Wire(socket, (octets) => proxy.sent.push(octets));
    this.#layer = this.#wire;
    const { strike, scheme } = proxy;
    if (strike?.place === 'connect') this.#atConnect(strike.act);
    else if (scheme === 'ldap') this.#speak(this.#wire);
    else if (strike?.place === 'tls')
      this.#wire.once('data', (hello: Buffer) => this.#atTls(strike.act, hello));
    else this.#encrypt();
  }

  /** Does to an idle connection what can be done to one. */
  strikeIdle(act: Act): void {
    if (this.#breaks(act, this.#layer, SMTP)) return;
    switch (act.kind) {
      case 'stall':
        this.#isMute = true;
        return;
      case 'drip':
        this.#wire.passing = 'drip';
        return;
      case 'cut':
        this.#wire.passing = 'half';
        this.#layer.write(extendedResponse(0, 52));
        return;
      default:
        this.end();
    }
  }

  end(): void {
    this.#socket.destroy();
    this.#upstream?.destroy();
  }

  /** Does what ends a conversation in the same way at each moment; false where that is not the act. */
  #breaks(
    act: Act,
    to: { write(octets: Buffer | string): unknown },
    otherProtocol: Buffer | string,
  ): boolean {
    switch (act.kind) {
      case 'reset':
        this.#wire.reset();
        return true;
      case 'half-close':
        this.#wire.finish();
        return true;
      case 'garbage':
        to.write(GARBAGE);
        return true;
      case 'protocol':
        to.write(otherProtocol);
        return true;
      default:
        return false;
    }
  }

  #atConnect(act: Act): void {
    this.#proxy.struck++;
    this.#wire.resume();
    if (act.kind === 'first') {
      void act.happens().then(() => this.#pipe(Buffer.alloc(0)));
    } else this.#breaks(act, this.#wire, SMTP);
  }

  #atTls(act: Act, hello: Buffer): void {
    this.#proxy.struck++;
    this.#wire.resume();
    if (act.kind === 'first') {
      void act.happens().then(() => this.#pipe(hello));
    } else if (!this.#breaks(act, this.#wire, HTTP) && (act.kind === 'drip' || act.kind === 'cut')) {
      this.#wire.pause();
      this.#wire.passing = act.kind === 'drip' ? 'drip' : 'half';
      this.#wire.unshift(hello);
      this.#encrypt();
    }
  }

  // The server itself speaks TLS, for what is done to it before it does.
  #pipe(sent: Buffer): void {
    const upstream = connect(this.#proxy.target.securePort, this.#proxy.target.host);
    this.#upstream = upstream;
    upstream.on('error', () => {}).on('close', () => this.#lost());
    upstream.write(sent);
    this.#wire.on('data', (octets: Buffer) => upstream.write(octets));
    upstream.on('data', (octets: Buffer) => this.#wire.write(octets));
  }

  #encrypt(): void {
    const { certificate, isOld } = this.#proxy;
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const secureContext = createSecureContext({ ...certificate, ...(isOld ? old : {}) });
    const secured = new TLSSocket(this.#wire, { isServer: true, secureContext });
    secured.on('_tlsError', () => this.end());
    secured.on('error', () => this.end());
    this.#speak(secured);
  }

  #speak(layer: Duplex): void {
    this.#layer = layer;
    const cutter = new MessageCutter();
    layer.on('data', (octets: Buffer) => {
      for (const message of cutter.push(octets))
        this.#turn = this.#turn.then(() => this.#fromClient(message));
    });
  }

  async #fromClient(message: LdapMessage): Promise<void> {
    const { strike } = this.#proxy;
    if (this.#isMute) return;
    this.#proxy.asked.push(message);
    if (message.operation === EXTENDED_REQUEST && this.#layer === this.#wire) {
      if (strike?.place === 'starttls') await this.#strike(strike.act, message);
      else this.#agreeToTls(extendedResponse(message.id, 0));
    } else if (typeof strike?.place === 'function' && strike.place(message))
      await this.#strike(strike.act, message);
    else this.#forward(message);
  }

  #agreeToTls(answer: Buffer): void {
    this.#wire.removeAllListeners('data');
    this.#wire.write(answer);
    this.#encrypt();
  }

  async #strike(act: Act, message: LdapMessage): Promise<void> {
    this.#proxy.struck++;
    const isStartTls = this.#layer === this.#wire;
    if (this.#breaks(act, this.#layer, HTTP)) return;
    switch (act.kind) {
      case 'stall':
        this.#isMute = true;
        return;
      case 'first':
        await act.happens();
        if (isStartTls) this.#passOnInClear(message);
        else this.#forward(message);
        return;
    }
    if (!isStartTls) {
      this.#plans.set(message.id, { act, before: [] });
      this.#forward(message);
    } else if (act.kind === 'result') this.#wire.write(resultMessage(message.id, 0x78, act.code));
    else {
      this.#wire.passing = act.kind === 'drip' ? 'drip' : 'half';
      this.#wire.write(extendedResponse(message.id, 0));
    }
  }

  // The server is asked for StartTLS itself, and encrypts.
  #passOnInClear(message: LdapMessage): void {
    this.#wire.removeAllListeners('data');
    const { port, host } = this.#proxy.target;
    const upstream = connect(port, host);
    this.#upstream = upstream;
    upstream.on('error', () => {}).on('close', () => this.#lost());
    upstream.write(message.octets);
    this.#wire.on('data', (octets: Buffer) => upstream.write(octets));
    upstream.on('data', (octets: Buffer) => this.#wire.write(octets));
  }

  #forward({ octets, operation }: LdapMessage): void {
    if (operation === SEARCH_REQUEST) this.#proxy.searches++;
    this.#upstream ??= this.#connect();
    this.#upstream.write(octets);
  }

  #connect(): Socket {
    const { host, port, securePort, isPlain } = this.#proxy.target;
    const upstream = isPlain
      ? connect(port, host)
      : connectTls({ host, port: securePort, rejectUnauthorized: false });
    const cutter = new MessageCutter();
    upstream.on('error', () => {}).on('close', () => this.#lost());
    upstream.on('data', (octets: Buffer) => {
      for (const message of cutter.push(octets)) this.#fromServer(message);
    });
    return upstream;
  }

  #lost(): void {
    if (!this.#isMute && !this.#socket.destroyed) this.#wire.reset();
  }

  #fromServer({ id, operation, octets }: LdapMessage): void {
    if (this.#isMute || this.#socket.destroyed) return;
    const plan = this.#plans.get(id);
    if (plan === undefined) {
      this.#layer.write(octets);
      return;
    }
    const { act, before } = plan;
    const isEnd = operation === SEARCH_DONE || operation === 0x61;
    if (!isEnd) {
      before.push(octets);
      return;
    }
    const all = Buffer.concat([...before, octets]);
    if (act.kind === 'result') {
      this.#layer.write(Buffer.concat([...before, resultMessage(id, operation, act.code)]));
    } else if (act.kind === 'cut') {
      this.#isMute = true;
      this.#layer.write(all.subarray(0, all.length - Math.ceil(octets.length / 2)), () =>
        this.#wire.finish(),
      );
    } else if (act.kind === 'drip') void this.#drip(all);
  }

  async #drip(octets: Buffer): Promise<void> {
    for (const octet of octets) {
      if (this.#socket.destroyed) return;
      this.#layer.write(Buffer.of(octet));
      await sleep(DRIP_EVERY, undefined, { ref: false });
    }
  }
}
