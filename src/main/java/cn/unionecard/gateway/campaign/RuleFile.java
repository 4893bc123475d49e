package cn.unionecard.gateway.campaign;

import cn.unionecard.gateway.model.BenefitName;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.rules.Allowance;
import cn.unionecard.gateway.rules.Campaign;
import cn.unionecard.gateway.rules.CampaignRule;
import cn.unionecard.gateway.rules.Grants;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A campaign in a file, YAML or JSON, as it would be sent to {@code POST /v1/campaigns}, and
 * perhaps with {@code grants}, as it would be sent to {@code POST /v1/campaigns/CODE/grants}: read
 * strictly and told in words before any store knows of it. Whether its organisations and merchants
 * exist, and whether its public name tells who may use it, only the store can say.
 *
 * @param campaign as the line would read it
 * @param caps what it may spend
 * @param explanation what it says
 * @param warnings what looks like a mistake
 */
public record RuleFile(
    Campaign campaign,
    Allowance.Caps caps,
    String name,
    List<Sentence> explanation,
    List<Sentence> warnings) {
  private static final ObjectReader OBJECTS =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(new TypeReference<Map<String, Object>>() {});

  /** The same in two languages. */
  public record Sentence(String chinese, String english) {}

  public RuleFile {
    explanation = List.copyOf(explanation);
    warnings = List.copyOf(warnings);
  }

  /**
   * Reads a file's text.
   *
   * @param text YAML, of which JSON is a part
   * @param now the moment at which it would be approved
   * @throws Fault.Malformed naming what is wrong
   */
  public static RuleFile read(String text, Instant now) {
    Map<String, Object> file = object(text);
    JsonObject grants = grants(file);
    Terms terms = Terms.of(file);
    return of(terms, RuleNumbers.anywhere(terms.org(), terms.rule()), grants, now);
  }

  /**
   * The same with the rows of a store.
   *
   * @param orgs the rows of organisations, by code
   * @param merchants the rows of merchants, by number
   */
  public static RuleFile read(
      String text, Instant now, Map<String, Integer> orgs, Map<String, Integer> merchants) {
    Map<String, Object> file = object(text);
    JsonObject grants = grants(file);
    Terms terms = Terms.of(file);
    return of(terms, RuleNumbers.with(terms.org(), terms.rule(), orgs, merchants), grants, now);
  }

  /**
   * A file as it is sent.
   *
   * @param terms for {@code POST /v1/campaigns}
   * @param grants for {@code POST /v1/campaigns/CODE/grants}; null: it gives nothing out
   */
  public record Sent(JsonObject terms, @Nullable JsonObject grants) {}

  /**
   * Reads a file's text to send it.
   *
   * @throws Fault.Malformed naming what is wrong
   */
  public static Sent sent(String text, Instant now) {
    RuleFile unused = read(text, now);
    Map<String, Object> file = object(text);
    JsonObject grants = grants(file);
    return new Sent(new JsonObject(file), grants);
  }

  /** Takes what it gives out from the other terms; null: it gives nothing out. */
  private static @Nullable JsonObject grants(Map<String, Object> file) {
    Object grants = file.remove("grants");
    if (grants == null) {
      return null;
    }
    if (grants instanceof Map<?, ?> map) {
      JsonObject object = new JsonObject();
      map.forEach((name, value) -> object.put(String.valueOf(name), value));
      return object;
    }
    throw new Fault.Malformed("grants", "grants is not an object");
  }

  private static RuleFile of(
      Terms terms, JsonObject inside, @Nullable JsonObject grants, Instant now) {
    Campaign campaign = campaign(terms, inside).giving(given(grants));
    JsonObject told =
        Explanation.into(new JsonObject(), campaign, terms.rule(), terms.budget(), now);
    Budget budget = terms.budget();
    return new RuleFile(
        campaign,
        new Allowance.Caps(budget.fen(), budget.count(), budget.dayFen(), budget.dayCount()),
        terms.name(),
        Stream.concat(
                sentences(told.getJsonArray("explanation")).stream(),
                GivenOut.told(grants).stream())
            .toList(),
        sentences(told.getJsonArray("warnings")));
  }

  private static @Nullable Grants given(@Nullable JsonObject grants) {
    try {
      return Grants.parse(grants == null ? null : grants.encode());
    } catch (IllegalArgumentException e) {
      throw new Fault.Malformed("grants", String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, Object> object(String text) {
    try {
      Map<String, Object> object = OBJECTS.readValue(text);
      if (object != null) {
        return object;
      }
      throw new Fault.Malformed("", "the file holds nothing");
    } catch (JsonProcessingException e) {
      String line = e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
      throw new Fault.Malformed("", "neither YAML nor JSON: " + e.getOriginalMessage() + line);
    }
  }

  private static Campaign campaign(Terms terms, JsonObject inside) {
    @Nullable String publicName = terms.publicName();
    try {
      return CampaignRule.parse(
          0,
          terms.code(),
          Objects.requireNonNullElse(publicName, BenefitName.NEUTRAL),
          false,
          terms.startsAt().toEpochMilli(),
          terms.endsAt().toEpochMilli(),
          inside.encode());
    } catch (IllegalArgumentException e) {
      throw new Fault.Malformed("rule", "rule: " + e.getMessage());
    }
  }

  private static List<Sentence> sentences(JsonArray told) {
    return told.stream()
        .map(one -> (JsonObject) one)
        .map(one -> new Sentence(one.getString("zh"), one.getString("en")))
        .toList();
  }
}
