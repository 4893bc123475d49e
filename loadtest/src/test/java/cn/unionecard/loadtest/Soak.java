package cn.unionecard.loadtest;

/**
 * The normal mix for hours, such as {@code -Dseconds=28800 -Drate=50}. What grows shows in the
 * gateway's memory and in the times of later hours, which the report draws.
 */
public class Soak extends NormalMix {}
