package cn.unionecard.workbench.certify;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.workbench.pos.PosIdentity;
import cn.unionecard.workbench.pos.PosReply;
import cn.unionecard.workbench.pos.PosTerminal;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Watches what one terminal asks and what it is answered, says what becomes of each message on its
 * way, and has rules and drills decide the cases. Belongs to one event loop.
 */
final class Judge {
  private static final int REPLY = 0x0010;

  private final Clock clock;
  private final CaseResults results;
  private final List<Drill> drills;
  private final UploadDrill upload;
  private final List<Rule> rules;
  private final String number;

  /** Knows the session's keys as the terminal must. */
  private final PosTerminal shadow;

  /** Requests by the type of their reply, and trace. */
  private final Map<String, Seen> waiting = new HashMap<>();

  /** A message and what becomes of it. */
  record Course(Seen seen, Fate fate) {}

  /**
   * @param clock the bench's
   */
  Judge(Clock clock, PosIdentity terminal, CaseResults results) {
    this.clock = clock;
    this.results = results;
    this.number = terminal.terminal().value();
    this.shadow = new PosTerminal(terminal);
    Book book = new Book(results);
    this.drills = Drill.all(results);
    this.upload = new UploadDrill(results, book);
    this.rules =
        List.of(
            new SessionRule(results, clock.instant()),
            new SaleRule(results, terminal),
            new OfflineRule(results),
            book);
  }

  /** Whether it is about the terminal that is watched. */
  boolean isOurs(IsoMessage message) {
    return message.has(41) && message.text(41).equals(number);
  }

  String terminal() {
    return number;
  }

  /** The session's, or null before the sign-on. */
  @Nullable Mac mac() {
    return shadow.mac();
  }

  private Seen seen(FrameHead head, IsoMessage message) {
    Mac mac = shadow.mac();
    return Seen.of(head, message, clock.instant(), mac != null && message.isProvedBy(mac));
  }

  /**
   * The terminal asks.
   *
   * @throws FormatError when it has no fields 11 and 60: the gateway will say so
   */
  Course asked(FrameHead head, IsoMessage message) {
    Seen request = remembered(seen(head, message));
    Drill before = armed();
    if (before != null) {
      before.next(request);
    }
    if (results.isOpen(Case.UPLOAD)) {
      upload.next(request);
    }
    rules.forEach(rule -> rule.asked(request));
    Drill drill = armed();
    return told(request, drill == null ? Fate.AS_IT_IS : drill.asked(request));
  }

  private Seen remembered(Seen request) {
    String key = request.mti() + REPLY + "/" + request.trace();
    Seen before = waiting.get(key);
    boolean again = before != null && request.repeats(before);
    Seen remembered = again ? request.saidBefore() : request;
    waiting.put(key, remembered);
    return remembered;
  }

  /** The gateway answers; what becomes of it. */
  Course answered(FrameHead head, IsoMessage message) {
    Seen reply = seen(head, message);
    Seen request = waiting.get(reply.mti() + "/" + reply.trace());
    if (request == null) {
      return new Course(reply, Fate.AS_IT_IS);
    }
    Fate fate = fate(request, reply);
    if (request.mti() == Seen.SIGN_ON && reply.approved()) {
      keys(new PosReply(head, message));
    }
    rules.forEach(rule -> rule.answered(request, reply));
    return told(reply, fate);
  }

  private Fate fate(Seen request, Seen reply) {
    if (request.mti() == 0x0500 && results.isOpen(Case.UPLOAD)) {
      return upload.answered(request, reply);
    }
    Drill drill = armed();
    return drill == null ? Fate.AS_IT_IS : drill.answered(request, reply);
  }

  private Course told(Seen seen, Fate fate) {
    if (fate != Fate.AS_IT_IS) {
      results.note(fate.did);
    }
    return new Course(seen, fate);
  }

  private void keys(PosReply reply) {
    try {
      shadow.takeKeys(reply);
    } catch (PosTerminal.NotProved | FormatError e) {
      results.note(
          new Words("签到应答的密钥不可用", "the keys of the sign-on are of no use: " + e.getMessage()));
    }
  }

  /** Nothing is spoilt before keys are known and a first sale has passed. */
  private @Nullable Drill armed() {
    if (shadow.mac() == null || results.isOpen(Case.SIGN_ON) || results.isOpen(Case.SALE)) {
      return null;
    }
    for (Drill each : drills) {
      if (results.isOpen(each.which)) {
        return each;
      }
    }
    return null;
  }
}
