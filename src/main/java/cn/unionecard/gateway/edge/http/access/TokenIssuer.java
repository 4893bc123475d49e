package cn.unionecard.gateway.edge.http.access;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.TerminalId;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** Signs access tokens (EdDSA) for terminals and staff. Holds no state; may be shared. */
public final class TokenIssuer {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
  private static final int JTI_BYTES = 16;

  private final String kid;
  private final Ed25519PrivateKeyParameters key;
  private final Clock clock;
  private final RandomGenerator random;

  /**
   * @param kid names the key in every token's header
   * @param seed the Ed25519 private key as RFC 8032 has it, 32 bytes
   * @param random makes token ids; a {@link java.security.SecureRandom}
   * @throws IllegalArgumentException if the seed has another length
   */
  public TokenIssuer(String kid, byte[] seed, Clock clock, RandomGenerator random) {
    if (seed.length != Ed25519PrivateKeyParameters.KEY_SIZE) {
      throw new IllegalArgumentException("an Ed25519 seed has 32 bytes, not " + seed.length);
    }
    this.kid = kid;
    this.key = new Ed25519PrivateKeyParameters(seed, 0);
    this.clock = clock;
    this.random = random;
  }

  /**
   * A terminal's token.
   *
   * @param device the key that it was got with: SHA-256 of the SubjectPublicKeyInfo, hex
   */
  public String terminal(TerminalId terminal, String device, Duration lifetime) {
    return token(
        lifetime,
        json -> {
          json.writeStringField("sub", AccessTokens.TERMINAL + terminal.value());
          json.writeStringField(AccessTokens.DEVICE, device);
        });
  }

  /**
   * A token of a member of staff or a partner system.
   *
   * @param subject who; not a terminal's name
   * @param org code of the organisation whose subtree it may see
   * @param epoch of the account; the token ends with it
   * @throws IllegalArgumentException if the subject looks like a terminal's
   */
  public String staff(
      String subject, String org, Set<Caller.Role> roles, long epoch, Duration lifetime) {
    if (subject.isEmpty() || subject.startsWith(AccessTokens.TERMINAL)) {
      throw new IllegalArgumentException("subject " + subject + " names no member of staff");
    }
    return token(
        lifetime,
        json -> {
          json.writeStringField("sub", subject);
          json.writeStringField("org", org);
          json.writeNumberField("epoch", epoch);
          json.writeArrayFieldStart("roles");
          for (Caller.Role role : roles) {
            json.writeString(role.name());
          }
          json.writeEndArray();
        });
  }

  private String token(Duration lifetime, Members who) {
    String header =
        object(
            json -> {
              json.writeStringField("alg", TokenRules.ACCESS.alg());
              json.writeStringField("kid", kid);
              json.writeStringField("typ", TokenRules.ACCESS.typ());
            });
    long now = clock.millis() / 1000;
    String claims =
        object(
            json -> {
              json.writeStringField("iss", TokenRules.GATEWAY);
              json.writeStringField("aud", TokenRules.GATEWAY);
              json.writeNumberField("iat", now);
              json.writeNumberField("exp", now + lifetime.toSeconds());
              json.writeStringField("jti", tokenId());
              who.write(json);
            });
    String signed = base64(header) + "." + base64(claims);
    return signed + "." + BASE64URL.encodeToString(sign(signed));
  }

  private byte[] sign(String signed) {
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, key);
    byte[] bytes = signed.getBytes(StandardCharsets.US_ASCII);
    signer.update(bytes, 0, bytes.length);
    return signer.generateSignature();
  }

  private String tokenId() {
    byte[] id = new byte[JTI_BYTES];
    random.nextBytes(id);
    return BASE64URL.encodeToString(id);
  }

  private static String base64(String json) {
    return BASE64URL.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private interface Members {
    void write(JsonGenerator json) throws IOException;
  }

  private static String object(Members members) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      members.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }
}
