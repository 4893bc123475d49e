package cn.unionecard.gateway.twin;

import java.io.IOException;
import java.util.Random;

/** A till that changes its protocol as it likes. */
final class MixedTill implements Till {
  private final IsoTill iso;
  private final JsonTill json;
  private final Random random;

  MixedTill(IsoTill iso, JsonTill json, Random random) {
    this.iso = iso;
    this.json = json;
    this.random = random;
  }

  /** What names its original by key can be repeated in the same words over ISO 8583 only. */
  private Till one(boolean byKey) {
    return byKey || random.nextBoolean() ? iso : json;
  }

  @Override
  public Seen send(Ask ask) throws IOException, InterruptedException {
    return one(ask.byKey()).send(ask);
  }

  @Override
  public boolean close(Closing closing) throws IOException, InterruptedException {
    return one(false).close(closing);
  }

  @Override
  public void close() throws IOException {
    iso.close();
    json.close();
  }
}
