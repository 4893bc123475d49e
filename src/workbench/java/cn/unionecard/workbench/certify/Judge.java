package cn.unionecard.workbench.certify;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.workbench.certify.Seen.Proof;
import cn.unionecard.workbench.pos.PosIdentity;
import cn.unionecard.workbench.pos.PosReply;
import cn.unionecard.workbench.pos.PosTerminal;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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
  private final TradeRule trade;
  private final ReversalRule reversals;
  private final List<Rule> rules;
  private final String number;

  /** Knows the session's keys as the terminal must. */
  private final PosTerminal shadow;

  /** That of the session before. */
  private @Nullable Mac before;

  /** Whether the terminal has used the keys it was given last. */
  private boolean used;

  /** Requests by the type of their reply, and trace. */
  private final Map<String, Seen> waiting = new HashMap<>();

  /** A message and what becomes of it. */
  record Course(Seen seen, Fate fate) {}

  /**
   * @param clock the bench's
   */
  Judge(Clock clock, PosIdentity terminal, Outage outage, CaseResults results) {
    this.clock = clock;
    this.results = results;
    this.number = terminal.terminal().value();
    this.shadow = new PosTerminal(terminal);
    Book book = new Book(results);
    this.drills = Drill.all(results);
    this.upload = new UploadDrill(results, book);
    this.trade = new TradeRule(results, terminal);
    this.reversals = new ReversalRule(results);
    this.rules =
        List.of(
            new SessionRule(results, terminal),
            trade,
            reversals,
            new OfflineRule(results, outage, clock.instant(), terminal.offlineCounter()),
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
    return Seen.of(head, message, clock.instant(), proof(message));
  }

  private Proof proof(IsoMessage message) {
    Mac mac = shadow.mac();
    Mac old = before;
    if (mac != null && message.isProvedBy(mac)) {
      return Proof.RIGHT;
    }
    return old != null && message.isProvedBy(old) ? Proof.OLD : Proof.NONE;
  }

  /** A request does not fit the profile. */
  void unreadable(FormatError error) {
    trade.unreadable(error.field);
  }

  /**
   * The terminal asks.
   *
   * @throws FormatError when it has no fields 11 and 60: the gateway will say so
   */
  Course asked(FrameHead head, IsoMessage message) {
    Seen request = remembered(seen(head, message));
    used |= request.proved();
    drills.stream().filter(Drill::isActive).findFirst().ifPresent(each -> each.next(request));
    if (results.isOpen(Case.UPLOAD)) {
      upload.next(request);
    }
    rules.forEach(rule -> rule.asked(request));
    return told(request, fate(request, each -> each.asked(request)));
  }

  private Seen remembered(Seen request) {
    String key = request.message().type() + REPLY + "/" + request.trace();
    Seen earlier = waiting.get(key);
    boolean again = earlier != null && request.repeats(earlier);
    Seen remembered = again ? request.saidBefore() : request;
    waiting.put(key, remembered);
    return remembered;
  }

  /** The gateway answers; what becomes of it. */
  Course answered(FrameHead head, IsoMessage message) {
    Seen reply = seen(head, message);
    Seen request = waiting.get(reply.message().type() + "/" + reply.trace());
    if (request == null) {
      return new Course(reply, Fate.AS_IT_IS);
    }
    Fate drilled = fate(request, each -> each.answered(request, reply));
    boolean free = drilled == Fate.AS_IT_IS && isWarm();
    Fate fate = free ? upload.answered(request, reply) : drilled;
    if (fate != Fate.AS_IT_IS) {
      reversals.struck(request, fate);
    }
    if (request.is(Kind.SIGN_ON) && fate == Fate.LOST) {
      return told(reply, fate); // the terminal never heard of it
    }
    if (request.is(Kind.SIGN_ON) && reply.approved()) {
      keys(new PosReply(head, message));
    }
    rules.forEach(rule -> rule.answered(request, reply));
    return told(reply, fate);
  }

  private Course told(Seen seen, Fate fate) {
    if (fate != Fate.AS_IT_IS) {
      results.note(new Words("本台" + fate.does.chinese(), "the bench: " + fate.does.english()));
    }
    return new Course(seen, fate);
  }

  private void keys(PosReply reply) {
    try {
      before = used ? shadow.mac() : before;
      used = false;
      shadow.takeKeys(reply);
    } catch (PosTerminal.NotProved | FormatError e) {
      results.note(
          new Words("签到应答的密钥不可用", "the keys of the sign-on are of no use: " + e.getMessage()));
    }
  }

  /**
   * What a drill does: the one that is active, else the first that wants the request or its reply.
   */
  private Fate fate(Seen request, Function<Drill, Fate> does) {
    if (!isWarm()) {
      return Fate.AS_IT_IS;
    }
    return drills.stream()
        .filter(Drill::isActive)
        .findFirst()
        .or(() -> drills.stream().filter(each -> isDue(each, request)).findFirst())
        .map(does)
        .orElse(Fate.AS_IT_IS);
  }

  /** Nothing is spoilt before keys are known and a first sale has passed. */
  private boolean isWarm() {
    return shadow.mac() != null && !results.isOpen(Case.SIGN_ON) && !results.isOpen(Case.SALE);
  }

  private boolean isDue(Drill drill, Seen request) {
    return results.isOpen(drill.which) && drill.wants(request);
  }
}
