package cn.unionecard.gateway.line;

import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.code.Scan;
import cn.unionecard.gateway.definitions.KnownDefinitions;
import cn.unionecard.gateway.definitions.Wanted;
import cn.unionecard.gateway.ledger.Chain;
import cn.unionecard.gateway.ledger.Need;
import cn.unionecard.gateway.ledger.SealedLeaves;
import cn.unionecard.gateway.model.Offline;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.receipt.SealedBlock;
import cn.unionecard.gateway.receipt.Sealer;
import cn.unionecard.gateway.rules.Campaign;
import cn.unionecard.gateway.rules.CampaignsHere;
import cn.unionecard.gateway.rules.Catalog;
import cn.unionecard.gateway.rules.CounterJump;
import cn.unionecard.gateway.rules.Decision;
import cn.unionecard.gateway.rules.Entry;
import cn.unionecard.gateway.rules.Facts;
import cn.unionecard.gateway.rules.Grants;
import cn.unionecard.gateway.rules.Rules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The unit of commit: requests that are fetched, decided, sealed and committed together. One flight
 * of it can fail and be flown again, with new facts and new decisions.
 */
public final class Block {
  private static final int FLIGHTS_AGAIN = 5;

  /** The kind of the event that tells of a jump of a terminal's offline counter. */
  private static final String COUNTER = "terminal.counter";

  final List<Pending> requests;

  /** How often it has flown. */
  int flights;

  /** Whether it flies on a session that was opened anew for it. */
  boolean isRenewed;

  /** What its facts named, so that the next flight of it knows to learn it. */
  private final Set<Integer> orgs = new HashSet<>();

  private final Set<Integer> merchants = new HashSet<>();
  private final Set<Integer> campaigns = new HashSet<>();

  private List<Decision> decisions = List.of();
  private @Nullable SealedBlock sealed;
  private List<byte[]> bodies = List.of();
  private long firstId;

  Block(List<Pending> requests) {
    this.requests = List.copyOf(requests);
  }

  /** The same requests in two blocks, of more than one. */
  List<Block> halves() {
    int half = requests.size() / 2;
    return List.of(part(0, half), part(half, requests.size()));
  }

  /** What has flown in vain many times gets a few more, not all of them anew. */
  private Block part(int from, int to) {
    Block part = new Block(requests.subList(from, to));
    part.flights = Math.max(0, flights - FLIGHTS_AGAIN);
    return part;
  }

  /** The definitions that the decisions will have to know and that are not known. */
  Wanted wanted(KnownDefinitions known) {
    Wanted wanted = new Wanted(known);
    for (Pending pending : requests) {
      Request request = pending.request;
      wanted.terminal(request.terminal().value());
      if (request.original() instanceof OriginalRef.Key key) {
        wanted.terminal(key.terminal().value());
      }
      if (request.benefit() != null) {
        wanted.campaign(request.benefit());
      }
    }
    merchants.forEach(wanted::merchant);
    campaigns.forEach(wanted::campaign);
    orgs.forEach(wanted::org);
    return wanted;
  }

  /** Some definitions are named by the facts only. Says whether any was not noted before. */
  boolean note(Facts facts, KnownDefinitions known) {
    boolean more = known.orgsMatter() && orgs.addAll(facts.orgs());
    more |= merchants.addAll(facts.merchantsFollowed());
    more |= campaigns.addAll(facts.campaignsFollowed());
    return more;
  }

  /**
   * What the decisions will have to know.
   *
   * @param definitions the version of what is known of them
   */
  Need need(Facts facts, long nowMs, long definitions) {
    Catalog catalog = facts.catalog;
    long step = MemberCodes.stepAt(nowMs / 1000);
    Need need =
        new Need(step - MemberCodes.STEPS_AROUND, step + MemberCodes.STEPS_AROUND, definitions);
    for (Pending pending : requests) {
      Integer terminal = catalog.terminal(pending.request.terminal().value());
      if (terminal != null) {
        need(need, pending, terminal, catalog);
        Scan.MemberCode code = pending.code();
        if (code != null) {
          needCards(need, pending.request, code, facts);
        }
      }
    }
    return need;
  }

  private static void need(Need need, Pending pending, int terminal, Catalog catalog) {
    Request request = pending.request;
    String requestId = request.requestId().value();
    if (request.type() == TransactionType.VERIFY) {
      need.terminal(terminal);
    } else {
      need.request(terminal, requestId);
    }
    switch (request.type()) {
      case REVERSAL, EXPIRY -> need.original(terminal, requestId);
      case COMPLETION, RELEASE, VOID, REFUND -> needOriginal(need, request, catalog);
      case ADVICE -> need.counter(terminal);
      case VERIFY, SALE, HOLD -> needBudgets(need, terminal, catalog);
    }
  }

  private static void needBudgets(Need need, int terminal, Catalog catalog) {
    CampaignsHere here = catalog.at(catalog.merchantOf(terminal), catalog.sceneOf(terminal));
    for (Campaign campaign : here.campaigns()) {
      need.budget(campaign.id());
      Grants grants = campaign.grants();
      if (grants != null) {
        boolean counts = grants.kind() == Grants.Kind.PASS;
        need.granted(campaign.id(), counts ? catalog.merchantOf(terminal) : null);
      }
    }
  }

  private static void needOriginal(Need need, Request request, Catalog catalog) {
    if (request.original() instanceof OriginalRef.Id id) {
      need.original(id.id().value());
    } else if (request.original() instanceof OriginalRef.Key key) {
      Integer maker = catalog.terminal(key.terminal().value());
      if (maker != null) {
        need.original(maker, key.requestId().value());
      }
    }
  }

  private static void needCards(Need need, Request request, Scan.MemberCode code, Facts facts) {
    Offline offline = request.offline();
    for (MemberCodes.Candidate candidate : facts.candidates(request, code)) {
      if (offline == null) {
        need.card(candidate.serial());
      } else {
        need.oldCode(candidate.serial(), MemberCodes.stepAt(offline.atMs() / 1000));
      }
    }
  }

  /** Decides one request after another, each seeing the effects of the ones before it. */
  void decide(Facts facts) {
    sealed = null;
    List<Decision> decided = new ArrayList<>(requests.size());
    for (Pending pending : requests) {
      decided.add(Rules.decide(pending.request, pending.scan, pending.fingerprint, facts));
    }
    decisions = decided;
  }

  /** Seals what is to be recorded as the next block of the chain. */
  SealedLeaves seal(Sealer sealer, Chain chain, Facts facts) {
    long ms = TransactionId.epochMsOf(facts.tick());
    ReceiptBodies writer = new ReceiptBodies(facts.catalog, ms, facts.bounds().holdMs());
    List<Entry> entries = facts.entries();
    bodies = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      bodies.add(writer.receipt(entry));
    }
    SealedBlock block = sealer.seal(chain.seq() + 1, chain.head(), ms, bodies);
    sealed = block;
    firstId = entries.get(0).id();
    List<SealedLeaves.Leaf> leaves = new ArrayList<>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      leaves.add(new SealedLeaves.Leaf(entries.get(i), bodies.get(i)));
    }
    List<SealedLeaves.Event> events = new ArrayList<>();
    for (CounterJump jump : facts.jumps()) {
      events.add(
          new SealedLeaves.Event(COUNTER, jump.merchant(), jump.transaction(), writer.event(jump)));
    }
    return new SealedLeaves(
        facts.tick(), block.kid(), block.header(), block.hash(), block.signature(), leaves, events);
  }

  /** Hash of the header under which this flight is, or would be, committed. */
  byte[] hash() {
    return Objects.requireNonNull(sealed).hash();
  }

  Decision decision(int index) {
    return decisions.get(index);
  }

  /** The receipt of a transaction of this very flight, or null if it is of an earlier block. */
  @Nullable Receipt receipt(long transaction) {
    SealedBlock block = sealed;
    if (block == null) {
      return null;
    }
    TransactionId id = new TransactionId(transaction);
    int leaf = id.leaf();
    boolean ours = leaf < bodies.size() && firstId == transaction - leaf;
    return ours ? block.receipt(id, bodies.get(leaf), leaf) : null;
  }
}
